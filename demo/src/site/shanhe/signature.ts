import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Visit } from '../serve.ts'

const VALID_MS = 300_000
const MOST_NONCES = 20_000

/**
 * Requests of the data that the page's script signs: HMAC-SHA-256 over path with query, time in milliseconds and a nonce, with the
 * key that stands in the page. Each nonce is taken once.
 */
export class SignatureCheck {
  readonly key: string
  readonly #now: () => number
  readonly #nonces = new Set<string>()

  constructor(key: string, now: () => number) {
    this.key = key
    this.#now = now
  }

  /** What is wrong with a request, or `null`. */
  faultOf(visit: Visit): 'unsigned' | 'stale' | 'repeated' | 'wrong' | null {
    const [time, nonce, sign] = [visit.header('x-time'), visit.header('x-nonce'), visit.header('x-sign')]
    if (time === '' || nonce === '' || sign === '') return 'unsigned'
    if (!(Math.abs(Number(time) - this.#now()) < VALID_MS)) return 'stale'
    if (this.#nonces.has(nonce)) return 'repeated'
    const right = signatureOf(this.key, visit.url.pathname + visit.url.search, time, nonce)
    if (sign.length !== right.length || !timingSafeEqual(Buffer.from(sign), Buffer.from(right))) return 'wrong'
    if (this.#nonces.size >= MOST_NONCES) this.#nonces.clear()
    this.#nonces.add(nonce)
    return null
  }
}

/** The signature in lower-case hexadecimal. */
export function signatureOf(key: string, path: string, time: string, nonce: string): string {
  return createHmac('sha256', key).update(`${path}\n${time}\n${nonce}`).digest('hex')
}
