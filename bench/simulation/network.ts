/**
 * Links between members: TCP connections, every member with every other. A message takes the link's delay, its share of the
 * sender's line, and with the link's loss a retransmission time-out (RFC 6298: at least 200 ms here, as Linux has it); a long
 * message is also held to the rate that loss leaves a connection (Mathis et al. 1997).
 */
import type { Schedule } from './schedule.ts'

export interface NetworkOptions {
  readonly members: number
  /** One way, milliseconds; each link has one of its own between these. */
  readonly delayMs: readonly [least: number, most: number]
  /** Share of segments that are lost. */
  readonly loss: number
  /** Of each member, bytes a millisecond. */
  readonly line: number
  /** Uniform in [0, 1). */
  readonly random: () => number
}

const SEGMENT_BYTES = 1448
const LEAST_TIMEOUT_MS = 200
const MATHIS = 1.22

export class Network {
  readonly #options: NetworkOptions
  readonly #schedule: Schedule
  readonly #delay: number[][]
  /** When each member's line is free again. */
  readonly #free: number[]
  /** When the last message of a connection arrives: TCP keeps order. */
  readonly #arrived: number[][]

  constructor(schedule: Schedule, options: NetworkOptions) {
    this.#schedule = schedule
    this.#options = options
    const { members, delayMs, random } = options
    const [least, most] = delayMs
    this.#delay = Array.from({ length: members }, () => new Array<number>(members).fill(0))
    for (let a = 0; a < members; a++) {
      for (let b = 0; b < a; b++) {
        const delay = least + random() * (most - least)
        this.#delay[a]![b] = delay
        this.#delay[b]![a] = delay
      }
    }
    this.#free = new Array<number>(members).fill(0)
    this.#arrived = Array.from({ length: members }, () => new Array<number>(members).fill(0))
  }

  /** Milliseconds from one member to another, one way. */
  delay(from: number, to: number): number {
    return this.#delay[from]![to]!
  }

  send(from: number, to: number, bytes: number, arrive: () => void): void {
    const { now } = this.#schedule
    const { line, loss, random } = this.#options
    const delay = this.#delay[from]![to]!
    const start = Math.max(now, this.#free[from]!)
    this.#free[from] = start + bytes / line
    const segments = Math.ceil(bytes / SEGMENT_BYTES)
    let takes = bytes / line
    if (loss > 0) {
      const rate = (MATHIS * SEGMENT_BYTES) / (2 * Math.max(delay, 1) * Math.sqrt(loss))
      if (segments > 10) takes = Math.max(takes, bytes / rate)
      // Lost segments of a long message are found by later ones; a short one waits for the time-out, doubled each time.
      const timeout = Math.max(LEAST_TIMEOUT_MS, 3 * delay)
      const exposed = Math.min(segments, 3)
      for (let i = 0, wait = timeout; i < 6 && random() < 1 - (1 - loss) ** exposed; i++, wait *= 2) takes += wait
    }
    const at = Math.max(start + takes + delay, this.#arrived[from]![to]!)
    this.#arrived[from]![to] = at
    this.#schedule.after(at - now, arrive)
  }
}
