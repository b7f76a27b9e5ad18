/** The custodians of a consortium, and how the platform reaches them. */
import { type Bytes, Failure, fromBase64, fromHex } from '@mingzheng/kernel'
import { actorOf, type MemberRole, type TrustPolicy } from '@mingzheng/proof'
import { z } from 'zod'

export interface CustodianMember {
  /** Id in the trust policy. */
  readonly id: string
  readonly name: { readonly zh: string; readonly en: string }
  readonly role: MemberRole
  readonly actor: Bytes
  readonly boxKey: Bytes
  /** Where its node is, without a slash at the end. */
  readonly url: string
}

/** Roles that keep files. */
const CUSTODIAN_ROLES: readonly MemberRole[] = ['forensic', 'notary']

/** Members of a policy that keep packages. */
export function custodiansOf(policy: TrustPolicy): CustodianMember[] {
  return keepersOf(policy).filter(({ role }) => CUSTODIAN_ROLES.includes(role))
}

/** Courts, which may ask for packages and to which the case index is sealed. */
export function courtsOf(policy: TrustPolicy): CustodianMember[] {
  return keepersOf(policy).filter(({ role }) => role === 'court')
}

/** Members to which files can be sealed: with a box key, a gateway and an address. */
export function keepersOf(policy: TrustPolicy): CustodianMember[] {
  if (policy.version === 1) return []
  return policy.members.flatMap(({ id, name, role, boxKey, gatewayKey, url }) => {
    if (boxKey === undefined || gatewayKey === undefined || url === undefined) return []
    const actor = actorOf({ algorithm: 'ed25519', bytes: fromHex(gatewayKey) })
    return [{ id, name, role, actor, boxKey: fromBase64(boxKey), url }]
  })
}

/** A custodian's node, as docs/formats/custody.md says. Every call throws `custodian-unreachable` or the node's own code. */
export interface CustodianNode {
  /** Parts received so far; `null` while it has not read of the holding on the ledger. */
  received(holding: string, signal: AbortSignal): Promise<number | null>
  send(holding: string, from: number, message: Bytes, signal: AbortSignal): Promise<number>
  drawn(holding: string, signal: AbortSignal): Promise<Bytes>
  given(wish: string, from: number, signal: AbortSignal): Promise<Bytes>
}

const PATIENCE_MS = 60_000
/** 64 parts with their paths, and room. */
const LARGEST_ANSWER = 5 * 1024 * 1024

export function custodianOverHttp(url: string, ask: typeof fetch = fetch): CustodianNode {
  async function call(path: string, signal: AbortSignal, body?: Bytes): Promise<Response> {
    let answer: Response
    try {
      answer = await ask(`${url}/custody/${path}`, {
        method: body === undefined ? 'GET' : 'PUT',
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
        ...(body === undefined
          ? {}
          : { body: body as Uint8Array<ArrayBuffer>, headers: { 'content-type': 'application/octet-stream' } }),
      })
    } catch (cause) {
      signal.throwIfAborted()
      throw new Failure('custodian-unreachable', `the custodian at ${url} does not answer`, { cause })
    }
    if (answer.ok || answer.status === 404) return answer
    throw new Failure(await codeOf(answer), `the custodian at ${url} answers ${answer.status}`)
  }
  const bytes = async (answer: Response): Promise<Bytes> => {
    if (answer.status === 404) throw new Failure('custody-unknown', 'the custodian does not know of it')
    return readBounded(answer)
  }
  return {
    async received(holding, signal) {
      const answer = await call(holding, signal)
      if (answer.status === 404) return null
      return z.object({ received: z.number().int() }).parse(await json(answer)).received
    },
    async send(holding, from, message, signal) {
      const answer = await call(`${holding}/parts/${from}`, signal, message)
      return z.object({ received: z.number().int() }).parse(await json(answer)).received
    },
    drawn: async (holding, signal) => bytes(await call(`${holding}/drawn`, signal)),
    given: async (wish, from, signal) => bytes(await call(`given/${wish}/parts/${from}`, signal)),
  }
}

async function readBounded(answer: Response): Promise<Bytes> {
  const chunks: Bytes[] = []
  let have = 0
  for await (const chunk of answer.body ?? []) {
    have += chunk.length
    if (have > LARGEST_ANSWER) throw new Failure('custody-parts-wrong', 'the custodian sends more than was asked for')
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

async function json(answer: Response): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await readBounded(answer)))
}

async function codeOf(answer: Response): Promise<string> {
  try {
    return z.object({ code: z.string().regex(/^custody-[a-z-]{1,40}$/) }).parse(await json(answer)).code
  } catch {
    return 'custodian-unreachable'
  }
}
