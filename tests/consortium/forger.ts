/**
 * What answers in place of a member's public part when the member, or a thief of all its keys, lies: other roots than it has, lines
 * over logs that never were, a forked log, and nothing of what it is asked to keep.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { encodeJson, systemClock, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import {
  CompactRange,
  cosigner,
  formatCheckpoint,
  formatEntryBundle,
  logSigner,
  merkleHash,
  type Profile,
  parseVerifierKey,
  SM3_ORIGIN_SUFFIX,
  signNote,
  sm2NoteSigner,
  type TrustPolicy,
} from '@mingzheng/proof'
import type { MemberKeys } from '../../apps/node/src/home/member-keys.ts'

export interface ForgerOptions {
  readonly member: string
  readonly keys: MemberKeys
  readonly policy: TrustPolicy
  readonly seed: string
}

export class Forger {
  /** Paths that it was asked for. */
  readonly asked = new Set<string>()
  readonly #options: ForgerOptions
  readonly #random: (length: number) => Uint8Array
  readonly #server: Server
  readonly #roots = new Map<string, Uint8Array>()
  /** Sizes over which it hands out lines of its own. */
  lies: number[] = []

  private constructor(options: ForgerOptions) {
    this.#options = options
    this.#random = seededRandom(`forger ${options.seed}`)
    this.#server = createServer((request, response) => {
      this.#answer(request).then(
        (body) => response.writeHead(body === null ? 404 : 200).end(body ?? ''),
        () => response.writeHead(500).end(),
      )
    })
  }

  static async open(options: ForgerOptions): Promise<Forger> {
    const forger = new Forger(options)
    forger.#server.listen(0, '127.0.0.1')
    await once(forger.#server, 'listening')
    return forger
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /**
   * A line of the member, by its own key, over a root that no log has; the same each time: a node keeps so many proofs against one key, and
   * another test wants to see one more.
   */
  async lie(size: number, profile: Profile): Promise<string> {
    const { policy } = this.#options
    const origin = profile === 'sha256' ? policy.origin : policy.origin + SM3_ORIGIN_SUFFIX
    const root = this.#roots.get(`${size} ${profile}`) ?? this.#random(32)
    this.#roots.set(`${size} ${profile}`, root)
    return signNote(formatCheckpoint({ origin, size, root }), [this.#line(profile)])
  }

  #line(profile: Profile) {
    const { policy, member, keys } = this.#options
    const me = policy.members.find(({ id }) => id === member)!
    return profile === 'sha256'
      ? cosigner(parseVerifierKey(me.cosignerKey).name, keys.ledger.member, systemClock)
      : sm2NoteSigner(parseVerifierKey(me.sm2Key).name, keys.ledger.sm2Member)
  }

  async #answer(request: IncomingMessage): Promise<Uint8Array | string | null> {
    const { pathname, searchParams } = new URL(request.url!, 'http://forger')
    this.asked.add(`${request.method} ${pathname}`)
    request.resume()
    if (request.method === 'POST') return encodeJson({ kept: 0, waiting: 0, known: 0, refused: [] })
    const size = Number(searchParams.get('size') ?? 1)
    switch (pathname) {
      case '/peer/cosignatures': {
        const notes = await Promise.all(this.lies.flatMap((at) => [this.lie(at, 'sha256'), this.lie(at, 'sm3')]))
        return encodeJson({ v: 1, notes })
      }
      case '/peer/holdings': {
        const roots = { size, sha256: toHex(this.#random(32)), sm3: toHex(this.#random(32)) }
        const held = { height: 1_000_000, size: 1_000_000, witnessedSize: 1_000_000 }
        return encodeJson({ member: this.#options.member, ...held, state: 'ready', detail: '', at: roots })
      }
      case '/peer/positions': {
        const from = Number(searchParams.get('from') ?? 1)
        const heights = Array.from({ length: 32 }, (_, i) => from + i)
        return encodeJson(heights.map((height) => ({ height, appHash: toHex(this.#random(32)) })))
      }
      default:
        return pathname.startsWith('/log/') ? this.#log(pathname.slice(5)) : null
    }
  }

  /** A log of one entry that was never made, signed by this member alone. */
  async #log(path: string): Promise<Uint8Array | string | null> {
    const entry = new Uint8Array(80).fill(7)
    const profile = path.startsWith('sm3/') ? 'sm3' : 'sha256'
    const { policy, keys } = this.#options
    if (path.endsWith('tile/entries/000.p/1')) return formatEntryBundle([entry])
    if (!path.endsWith('checkpoint')) return null
    const range = new CompactRange(profile)
    range.append(merkleHash(profile).leaf(entry))
    const origin = profile === 'sha256' ? policy.origin : policy.origin + SM3_ORIGIN_SUFFIX
    const log = profile === 'sha256' ? logSigner(origin, keys.ledger.log) : sm2NoteSigner(origin, keys.ledger.sm2Log)
    return signNote(formatCheckpoint({ origin, size: 1, root: range.root() }), [log, this.#line(profile)])
  }
}
