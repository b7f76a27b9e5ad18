/** The other members over HTTP: cosignatures both ways, what they hold, and the engine's positions. Nothing of it is trusted unread. */
import { type Bytes, fromHex } from '@mingzheng/kernel'
import type { PeerPositions, WitnessPeer } from '@mingzheng/ledger'
import { z } from 'zod'
import { ask } from './keeping-alive.ts'

/** Another member's public part. */
export interface MemberAddress {
  readonly id: string
  /** Without a slash at the end. */
  readonly url: string
}

const TIMEOUT_MS = 5000
/** No answer of a peer is longer. */
const LONGEST_ANSWER = 1 << 20

const hex = z.string().regex(/^[0-9a-f]{64}$/)
export const positionsSchema = z.array(z.strictObject({ height: z.number().int(), appHash: hex })).max(64)
export const holdingsSchema = z.strictObject({
  member: z.string().max(64),
  height: z.number().int().min(0),
  size: z.number().int().min(0),
  witnessedSize: z.number().int().min(0),
  state: z.string().max(100),
  detail: z.string().max(1000),
  at: z.strictObject({ size: z.number().int().min(0), sha256: hex.nullable(), sm3: hex.nullable() }).nullable(),
})
/** What a member says that it holds. */
export type Holdings = z.infer<typeof holdingsSchema>

const witnesses = new WeakMap<MemberAddress, WitnessPeer>()

/** The same object for the same address: what is on its way there stays. */
export function witnessPeer(address: MemberAddress): WitnessPeer {
  const peer = witnesses.get(address) ?? makeWitnessPeer(address)
  witnesses.set(address, peer)
  return peer
}

function makeWitnessPeer({ id, url }: MemberAddress): WitnessPeer {
  return {
    id,
    async send(message) {
      await ask(`${url}/peer/cosignatures`, { timeoutMs: TIMEOUT_MS, longest: LONGEST_ANSWER, posted: message })
    },
    pull: (size) => readAt(`${url}/peer/cosignatures?size=${size}`),
  }
}

/** Throws when the member does not answer, or not as it should. */
export async function askHoldings({ url }: MemberAddress, size: number | null): Promise<Holdings> {
  const query = size === null ? '' : `?size=${size}`
  return holdingsSchema.parse(JSON.parse(Buffer.from(await readAt(`${url}/peer/holdings${query}`)).toString('utf8')))
}

/** What each member's engine held from a height on; who does not answer is left out. */
export async function askPositions(members: readonly MemberAddress[], from: number): Promise<PeerPositions[]> {
  const asked = members.map(async ({ id, url }) => {
    const body = await readAt(`${url}/peer/positions?from=${from}`)
    const positions = positionsSchema.parse(JSON.parse(Buffer.from(body).toString('utf8')))
    return { member: id, positions: positions.map(({ height, appHash }) => ({ height, appHash: fromHex(appHash) })) }
  })
  const settled = await Promise.allSettled(asked)
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

/** The heights that the members say they have reached; who does not answer is left out. */
export async function askHeights(members: readonly MemberAddress[]): Promise<number[]> {
  const settled = await Promise.allSettled(members.map((member) => askHoldings(member, null)))
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.height] : []))
}

/** What somebody serves at an address, within bounds of time and length. Throws when there is no such answer. */
export async function readAt(address: string): Promise<Bytes> {
  const { status, body } = await ask(address, { timeoutMs: TIMEOUT_MS, longest: LONGEST_ANSWER })
  if (status < 200 || status > 299) throw new Error(`${address} answers with status ${status}`)
  return body
}
