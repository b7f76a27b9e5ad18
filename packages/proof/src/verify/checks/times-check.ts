/** The order of times: capture, timestamp, ledger, witnesses, seal, and none of them in the future. */

import { failed, type Outcome, passed } from '../outcome.ts'
import type { Check } from '../report.ts'

/** Clocks of different machines may disagree by this much, ms. */
export const TOLERANCE_MS = 60_000

export interface TimeOnRecord {
  zh: string
  en: string
  /** Milliseconds. */
  at: number
  where: Check['where']
}

/** Whether times given in the order in which they must have happened did so. */
export function checkTimes(times: TimeOnRecord[], now: number): Outcome {
  for (const [i, later] of times.entries()) {
    const earlier = times[i - 1]
    if (earlier !== undefined && later.at + TOLERANCE_MS < earlier.at) {
      return failed(
        'time-order',
        `“${later.zh}”早于“${earlier.zh}”`,
        `"${later.en}" lies before "${earlier.en}"`,
        later.where === undefined ? {} : { where: later.where },
      )
    }
    if (later.at > now + TOLERANCE_MS) {
      return failed(
        'time-future',
        `“${later.zh}”晚于本机时间`,
        `"${later.en}" lies in the future of this computer's clock`,
        later.where === undefined ? {} : { where: later.where },
      )
    }
  }
  const detail = Object.fromEntries(times.map(({ en, at }) => [en, new Date(at).toISOString()]))
  return passed('各时间先后相符', 'the times follow one another', { detail })
}
