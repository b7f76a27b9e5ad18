/**
 * The contract `trade`: monitoring of transactions. A platform fixes its records of a period as they stand, answers what the
 * regulator asks of them, and keeps them three years at least. Stands on 电子商务法 (2018) 第二十五, 二十八, 三十一条.
 */
import { type Bytes, equalBytes, type Refusal, refuse } from '@mingzheng/kernel'
import { z } from 'zod'
import { commitment, DAY_MS, id, reasoned, time } from '../register/argument.ts'
import { defineRegister } from '../register/register.ts'

export type PeriodState = 'reported' | 'asked' | 'held' | 'deleted'

interface Period {
  readonly [field: string]: Bytes | number | undefined
  /** Platform. */
  readonly o?: Bytes
  /** End of the period: the last of its transactions was completed by then. */
  readonly e?: number
  /** Corrections so far: each stands beside what was reported, none replaces it. */
  readonly n?: number
  /** By when the platform has to answer. */
  readonly d?: number
}

/** 电子商务法第三十一条: not less than three years from the completion of the transaction. */
const KEPT_MS = 3 * 366 * DAY_MS
const KEEP = '电子商务法第三十一条'
const REPORT = '电子商务法第二十五条'

const byPlatform = ({ o }: Period, actorId: Bytes): Refusal | null =>
  o !== undefined && equalBytes(o, actorId)
    ? null
    : refuse('platform-other', `the records are another platform’s: ${KEEP}`)

export const tradeContract = defineRegister<PeriodState, Period>('trade', 1, (step) => ({
  /** `c` commits to the records of the period `b` to `e`, `z` how many there are. */
  report: step({
    schema: z.strictObject({ k: id, c: commitment, b: time, e: time, z: z.number().int().min(0).max(10_000_000_000) }),
    permission: 'report',
    from: null,
    to: 'reported',
    law: REPORT,
    forbids: (_held, { b, e }, { time: now }) => {
      if (b >= e) return refuse('period-empty', `a period ends after it begins: ${REPORT}`)
      return e > now ? refuse('period-unfinished', `what has not happened cannot be reported: ${REPORT}`) : null
    },
    sets: (_held, { e }, { actorId }) => ({ o: actorId, e, n: 0 }),
  }),
  /** What was reported stays; a correction says what is right and why. */
  correct: step({
    schema: z.strictObject({ k: id, c: commitment, r: commitment }),
    permission: 'report',
    from: ['reported'],
    to: null,
    law: KEEP,
    forbids: (held, _args, { actorId }) => byPlatform(held, actorId),
    sets: ({ n = 0 }) => ({ n: n + 1 }),
  }),
  /** `q` commits to the question and its legal document, `d` by when the answer is due. */
  ask: step({
    schema: z.strictObject({ k: id, q: commitment, d: time }),
    permission: 'ask',
    from: ['reported', 'held'],
    to: 'asked',
    law: REPORT,
    forbids: (_held, { d }, { time: now }) =>
      d < now + DAY_MS ? refuse('deadline-short', `a platform has a day at least: ${REPORT}`) : null,
    sets: (_held, { d }) => ({ d }),
  }),
  /** While it is asked, nothing is corrected: what was asked for is what was there. */
  answer: step({
    schema: z.strictObject({ k: id, c: commitment }),
    permission: 'report',
    from: ['asked'],
    to: 'held',
    law: REPORT,
    forbids: (held, _args, { actorId }) => byPlatform(held, actorId),
    sets: () => ({ d: undefined }),
  }),
  /** The platform let the time pass; said by who asked. */
  overdue: step({
    schema: reasoned,
    permission: 'ask',
    from: ['asked'],
    to: 'held',
    law: '电子商务法第八十条',
    forbids: ({ d = 0 }, _args, { time: now }) =>
      now < d ? refuse('deadline-open', 'the time to answer has not passed: 电子商务法第八十条') : null,
    sets: () => ({ d: undefined }),
  }),
  free: step({ schema: reasoned, permission: 'ask', from: ['held'], to: 'reported', law: REPORT }),
  delete: step({
    schema: reasoned,
    permission: 'report',
    from: ['reported'],
    to: 'deleted',
    law: KEEP,
    forbids: (held, _args, { actorId, time: now }) =>
      byPlatform(held, actorId) ??
      (now < (held.e ?? 0) + KEPT_MS ? refuse('kept-three-years', `three years have not passed: ${KEEP}`) : null),
  }),
}))
