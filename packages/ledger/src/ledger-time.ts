/**
 * Ledger time as a proposer states it and a member accepts it: never before the last one, within a bound of the own clock,
 * and never from a clock that has just been set, until the new time has held for a while. A set clock leaves an entry.
 */
import { type Clock, type Refusal, refuse, utcText } from '@mingzheng/kernel'
import type { BlockRefusalCode, StallReason } from './engine/engine.ts'

export interface LedgerTimeOptions {
  readonly clock: Clock
  /** Milliseconds that pass evenly whatever happens to the clock; absent: a set clock is not noticed. */
  readonly elapsed?: (() => number) | undefined
  /** So long must a set clock's time hold, by `elapsed`. Default 30,000. */
  readonly holdMs?: number | undefined
  /** How far another proposer's time may be from the own clock. Default 10,000. */
  readonly boundMs?: number | undefined
}

/** A clock may differ from even time by so much, and by a thousandth of the time that passed, before it counts as set. */
const TOLERANCE_MS = 2000
const TOLERANCE_SHARE = 0.001

interface Reading {
  readonly wall: number
  readonly even: number
}

export class LedgerTime {
  readonly #clock: Clock
  readonly #elapsed: (() => number) | undefined
  readonly #holdMs: number
  readonly #boundMs: number
  #last: Reading | null = null
  /** Since the clock was found set: the reading before, and the first one after. */
  #set: { before: Reading; after: Reading } | null = null
  #step = 0

  constructor({ clock, elapsed, holdMs = 30_000, boundMs = 10_000 }: LedgerTimeOptions) {
    this.#clock = clock
    this.#elapsed = elapsed
    this.#holdMs = holdMs
    this.#boundMs = boundMs
  }

  /** The time to state now, given the last one; or why there is none. `take` after it was used. */
  propose(lastTime: number): { time: number; clockStep: number } | { stalled: StallReason } {
    const stalled = this.unusable(lastTime)
    return stalled === null ? { time: this.#clock.now(), clockStep: this.#step } : { stalled }
  }

  /** The step was stated in a block. */
  taken(clockStep: number): void {
    if (clockStep === this.#step) this.#step = 0
  }

  /** Why the clock cannot be believed now, or `null`. */
  unusable(lastTime: number): StallReason | null {
    const wall = this.#observe()
    if (this.#set !== null) {
      const drift = Math.round(driftOf(this.#set.before, this.#set.after))
      return { code: 'clock-stepped', detail: `the clock was set by ${drift} ms; its new time has not held yet` }
    }
    if (wall >= lastTime) return null
    const detail = `the clock says ${utcText(wall)}, before the ledger's last time ${utcText(lastTime)}`
    return { code: 'clock-behind', detail }
  }

  /** The latest time that another may have stated by now, as far as this clock can tell. */
  latest(): number {
    return this.#clock.now() + this.#boundMs
  }

  /** Whether another proposer's time may be voted for. */
  judge(time: number, lastTime: number): Refusal<BlockRefusalCode> | null {
    if (time < lastTime) return refuse('block-time', `the block's time is ${lastTime - time} ms before the last one`)
    const off = Math.abs(time - this.#clock.now())
    return off <= this.#boundMs ? null : refuse('block-time', `the block's time is ${off} ms off this clock`)
  }

  #observe(): number {
    const wall = this.#clock.now()
    if (this.#elapsed === undefined) return wall
    const now = { wall, even: this.#elapsed() }
    if (this.#set === null) {
      if (this.#last !== null && isSet(this.#last, now)) this.#set = { before: this.#last, after: now }
      else this.#last = now
      return wall
    }
    const { before, after } = this.#set
    if (!isSet(before, now)) {
      // It went back to where it should be: nothing was stated meanwhile.
      this.#set = null
      this.#last = now
    } else if (isSet(after, now)) {
      this.#set = { before, after: now }
    } else if (now.even - after.even >= this.#holdMs) {
      this.#step += Math.round(driftOf(before, now))
      this.#set = null
      this.#last = now
    }
    return wall
  }
}

function driftOf(from: Reading, to: Reading): number {
  return to.wall - from.wall - (to.even - from.even)
}

function isSet(from: Reading, to: Reading): boolean {
  return Math.abs(driftOf(from, to)) > TOLERANCE_MS + TOLERANCE_SHARE * (to.even - from.even)
}
