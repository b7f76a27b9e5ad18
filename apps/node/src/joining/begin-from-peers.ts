/**
 * From where a home without a ledger begins: a snapshot that several members have, and a block by which its light client starts, vouched for by
 * the trust policy's quorum. On a young ledger whose blocks are all kept there is nothing to take over: they are executed.
 */
import type { Bytes } from '@mingzheng/kernel'
import { toHex } from '@mingzheng/kernel'
import { type CometStateSync, judgeAnchors } from '@mingzheng/ledger'
import type { ConsortiumPolicy } from '@mingzheng/proof'
import { z } from 'zod'
import type { Founding } from '../ceremony/founding.ts'
import { type MemberAddress, readAt } from '../http/peers.ts'
import { provenChanges } from './invitation.ts'

const natural = z.number().int().min(0)
const toldSchema = z.object({ earliest: natural, height: natural, snapshots: z.array(natural).max(64) })

export type Beginning =
  | { readonly kind: 'snapshot'; readonly stateSync: CometStateSync; readonly height: number }
  | { readonly kind: 'blocks'; readonly height: number }
  /** What is missing, in words. */
  | { readonly kind: 'not-yet'; readonly why: string }

/** Light clients compare two members at least. */
const FEWEST_SERVERS = 2
const REASONABLE_SERVERS = 4

/** Asks all members once. Never throws for what they answer. */
export async function chooseBeginning(
  members: readonly MemberAddress[],
  policy: ConsortiumPolicy,
  contrary: (members: readonly string[]) => void,
): Promise<Beginning> {
  const told = await askAll(members, async ({ id, url }) => ({
    id,
    url,
    ...toldSchema.parse(JSON.parse(Buffer.from(await readAt(`${url}/peer/engine`)).toString('utf8'))),
  }))
  if (told.length < FEWEST_SERVERS)
    return { kind: 'not-yet', why: `${told.length} of ${members.length} members answer` }
  // A single member could name any height.
  const height = median(told.map((one) => one.height))
  const heights = [...new Set(told.flatMap(({ snapshots }) => snapshots))].filter((one) => one <= height)
  const holders = (one: number) => told.filter(({ snapshots }) => snapshots.includes(one)).length
  const best = heights.sort((a, b) => Number(holders(b) > 1) - Number(holders(a) > 1) || b - a)[0]
  if (best === undefined) {
    const whole = told.filter(({ earliest }) => earliest === 1).length
    if (whole >= FEWEST_SERVERS) return { kind: 'blocks', height }
    return { kind: 'not-yet', why: 'no member has a snapshot that two blocks follow' }
  }
  const notes = await askAll(told, async ({ id, url }) => ({
    member: id,
    note: Buffer.from(await readAt(`${url}/peer/engine/anchor?height=${best}`)).toString('utf8'),
  }))
  const judged = judgeAnchors(policy, best, notes)
  if (judged.anchor === null) {
    return { kind: 'not-yet', why: `block ${best} is vouched for by fewer members than the policy asks for` }
  }
  if (judged.contrary.length > 0) contrary(judged.contrary)
  const servers = told.filter(({ id }) => judged.behind.includes(id)).map(({ url }) => `${url}/peer/engine/rpc`)
  if (servers.length < FEWEST_SERVERS) return { kind: 'not-yet', why: 'two members are needed whose engines answer' }
  return {
    kind: 'snapshot',
    height,
    stateSync: {
      rpcServers: servers.slice(0, REASONABLE_SERVERS),
      trustHeight: best,
      trustHash: toHex(judged.anchor.hash),
    },
  }
}

/** The longest policy chain that the members serve and that leads from the founding, or the given one. */
export async function newestChain(
  founding: Founding,
  given: Bytes | null,
  members: readonly MemberAddress[],
): Promise<Bytes | null> {
  const served = await askAll(members, ({ url }) => readAt(`${url}/log/policy-chain.json`))
  let best = { chain: given, changes: given === null ? 0 : provenChanges(founding, given) }
  for (const chain of served) {
    const changes = provenChanges(founding, chain)
    if (changes > best.changes) best = { chain, changes }
  }
  return best.chain
}

async function askAll<M, T>(members: readonly M[], ask: (member: M) => Promise<T>): Promise<T[]> {
  const settled = await Promise.allSettled(members.map(ask))
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!
}
