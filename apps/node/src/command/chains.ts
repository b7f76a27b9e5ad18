/** `consortium register`, `retire`, `chains`: which other ledgers this one follows. */
import { readFile } from 'node:fs/promises'
import { encodeJson, Failure, type JsonValue, toHex } from '@mingzheng/kernel'
import { describePolicy, encodePolicy, parsePolicy, type TrustPolicy } from '@mingzheng/proof'
import { z } from 'zod'
import { callChains, stageDocument } from '../chains/submit.ts'
import { readAt } from '../http/peers.ts'
import { reachOwnNode } from './own-node.ts'
import { ownPublicUrl } from './own-public.ts'
import { say, type Terminal } from './words.ts'

/** Proposes to follow the ledger of a policy, a file or an address that serves it. Throws `policy-malformed`, `ledger-item-refused`. */
export async function register(
  terminal: Terminal,
  home: string,
  given: string,
  bytes: Uint8Array | null,
): Promise<void> {
  const policy = readPolicy(bytes ?? (await fetchPolicy(given)))
  for (const line of describePolicy(policy, terminal.language).split('\n')) terminal.print(`    ${line}`)
  const { ledger } = await reachOwnNode(home)
  try {
    const d = await stageDocument(ledger, encodePolicy(policy))
    const id = await callChains(ledger, 'propose', { k: 'register', d })
    say(terminal, {
      zh: `已提议登记账本 ${policy.origin}。请先经另一途径与对方核对上面的策略，再由其他成员表决：./mingzheng consortium vote ${toHex(id)} yes`,
      en: `it is proposed to follow the ledger ${policy.origin}. Compare the policy above with its members over another way, then the others vote: ./mingzheng consortium vote ${toHex(id)} yes`,
    })
  } finally {
    await ledger.close()
  }
}

/** Proposes to follow a ledger no more. Throws `ledger-item-refused`. */
export async function retire(terminal: Terminal, home: string, origin: string): Promise<void> {
  const { ledger } = await reachOwnNode(home)
  try {
    const id = await callChains(ledger, 'propose', { k: 'retire', o: origin })
    say(terminal, {
      zh: `已提议不再跟随账本 ${origin}。其他成员表决：./mingzheng consortium vote ${toHex(id)} yes`,
      en: `it is proposed to follow the ledger ${origin} no more. The others vote: ./mingzheng consortium vote ${toHex(id)} yes`,
    })
  } finally {
    await ledger.close()
  }
}

const view = z.object({
  chains: z.array(
    z.object({
      origin: z.string(),
      name: z.object({ zh: z.string(), en: z.string() }),
      policyId: z.string(),
      state: z.string(),
      seen: z.number().nullable(),
      recorded: z.object({ size: z.number(), index: z.number(), time: z.string() }).nullable(),
      equivocations: z.array(z.number()),
    }),
  ),
})

/** Lists the ledgers that are followed, as this member sees them. Throws `ledger-unreachable`. */
export async function chains(terminal: Terminal, home: string): Promise<void> {
  const url = await ownPublicUrl(home)
  const body = await readAt(`${url}/chains`).catch((cause: Error) => {
    throw new Failure('ledger-unreachable', cause.message, { cause, remedy: 'start the node of this home' })
  })
  const { chains: followed } = view.parse(JSON.parse(Buffer.from(body).toString('utf8')))
  if (followed.length === 0) say(terminal, { zh: '没有登记任何其他账本。', en: 'no other ledger is registered.' })
  for (const { origin, name, policyId, state, seen, recorded, equivocations } of followed) {
    terminal.print(`${origin}  ${name[terminal.language]}  ${policyId.slice(0, 16)}`)
    terminal.print(
      `  ${state}  ${recorded?.size ?? 0}/${seen ?? '?'}  #${recorded?.index ?? '-'} ${recorded?.time ?? ''}`,
    )
    if (equivocations.length > 0) terminal.print(`  ! ${equivocations.map((index) => `#${index}`).join(' ')}`)
  }
}

async function fetchPolicy(address: string): Promise<Uint8Array> {
  try {
    return await readAt(address)
  } catch (cause) {
    throw new Failure('file-unreadable', (cause as Error).message, { cause, field: 'POLICY' })
  }
}

/** A policy, or a founding file, whose policy is the first. */
function readPolicy(bytes: Uint8Array): TrustPolicy {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (cause) {
    throw new Failure('policy-malformed', 'this is neither a policy nor a founding file', { cause, field: 'POLICY' })
  }
  const founding = z.object({ genesis: z.object({ policy: z.json() }) }).safeParse(value)
  return parsePolicy(founding.success ? encodeJson(founding.data.genesis.policy as JsonValue) : new Uint8Array(bytes))
}

/** Whether an argument is an address rather than a file. */
function isAddress(given: string): boolean {
  return /^https?:\/\//.test(given)
}

/** Reads the argument's file; `null` for an address. */
export async function policyFile(path: string, given: string): Promise<Uint8Array | null> {
  if (isAddress(given)) return null
  try {
    return new Uint8Array(await readFile(path))
  } catch (cause) {
    throw new Failure('file-unreadable', `${path} cannot be read: ${(cause as Error).message}`, {
      cause,
      field: 'POLICY',
    })
  }
}
