/**
 * The contract `licence`: administrative licences from application to their end. Stands on 行政许可法 (2019) 第三十二, 三十八, 四十九,
 * 五十, 六十九, 七十, 八十条. Who holds one is a salted commitment; the holder proves it by opening it.
 */
import { type Bytes, equalBytes, type Refusal, refuse } from '@mingzheng/kernel'
import { z } from 'zod'
import { commitment, DAY_MS, id, reasoned, time } from '../register/argument.ts'
import { defineRegister } from '../register/register.ts'

export type LicenceState =
  | 'applied'
  | 'not-accepted'
  | 'accepted'
  | 'denied'
  | 'granted'
  | 'renewing'
  | 'revoked'
  | 'cancelled'

interface Licence {
  readonly [field: string]: Bytes | number | undefined
  /** Commitment to the holder. */
  readonly h?: Bytes
  /** Authority. */
  readonly o?: Bytes
  /** Ledger time of acceptance. */
  readonly a?: number
  /** Ledger time at which it ends. */
  readonly x?: number
}

/** 行政许可法第五十条: thirty days before the end at the latest. */
const RENEW_BEFORE_MS = 30 * DAY_MS
const DECIDE = '行政许可法第三十八条'

const byAuthority = ({ o }: Licence, actorId: Bytes, law: string): Refusal | null =>
  o !== undefined && equalBytes(o, actorId) ? null : refuse('authority-other', `another authority decides: ${law}`)
const lasting = (x: number, now: number, law: string): Refusal | null =>
  x > now ? null : refuse('licence-ended', `the licence would have ended already: ${law}`)

export const licenceContract = defineRegister<LicenceState, Licence>('licence', 1, (step) => ({
  /** `h` commits to the applicant, `c` to the application. */
  apply: step({
    schema: z.strictObject({ k: id, h: commitment, c: commitment }),
    permission: 'apply',
    from: null,
    to: 'applied',
    law: '行政许可法第二十九条',
    sets: (_held, { h }) => ({ h }),
  }),
  accept: step({
    schema: z.strictObject({ k: id }),
    permission: 'decide',
    from: ['applied'],
    to: 'accepted',
    law: '行政许可法第三十二条',
    sets: (_held, _args, { actorId, time: now }) => ({ o: actorId, a: now }),
  }),
  /** Not without reasons: `r` commits to the written notice. */
  'not-accept': step({
    schema: reasoned,
    permission: 'decide',
    from: ['applied'],
    to: 'not-accepted',
    law: '行政许可法第三十二条',
  }),
  grant: step({
    schema: z.strictObject({ k: id, c: commitment, x: time }),
    permission: 'decide',
    from: ['accepted'],
    to: 'granted',
    law: DECIDE,
    forbids: (held, { x }, { actorId, time: now }) => byAuthority(held, actorId, DECIDE) ?? lasting(x, now, DECIDE),
    sets: (_held, { x }) => ({ x }),
  }),
  deny: step({
    schema: reasoned,
    permission: 'decide',
    from: ['accepted'],
    to: 'denied',
    law: DECIDE,
    forbids: (held, _args, { actorId }) => byAuthority(held, actorId, DECIDE),
  }),
  /** Changes what is licensed, never to whom: `h` must be the holder. */
  change: step({
    schema: z.strictObject({ k: id, h: commitment, c: commitment }),
    permission: 'decide',
    from: ['granted'],
    to: null,
    law: '行政许可法第四十九条',
    forbids: (held, { h }, { actorId, time: now }) => {
      if (held.h === undefined || !equalBytes(held.h, h)) {
        return refuse('holder-changed', 'a licence is not handed on: 行政许可法第九条, 第八十条')
      }
      return byAuthority(held, actorId, '行政许可法第四十九条') ?? lasting(held.x ?? 0, now, '行政许可法第四十九条')
    },
  }),
  'apply-renewal': step({
    schema: z.strictObject({ k: id, c: commitment }),
    permission: 'apply',
    from: ['granted'],
    to: 'renewing',
    law: '行政许可法第五十条',
    forbids: ({ x = 0 }, _args, { time: now }) =>
      now > x - RENEW_BEFORE_MS
        ? refuse('renewal-late', 'renewal is asked for thirty days before the end: 行政许可法第五十条')
        : null,
  }),
  renew: step({
    schema: z.strictObject({ k: id, x: time }),
    permission: 'decide',
    from: ['renewing'],
    to: 'granted',
    law: '行政许可法第五十条',
    forbids: (held, { x }, { actorId, time: now }) =>
      byAuthority(held, actorId, '行政许可法第五十条') ?? lasting(x, Math.max(now, held.x ?? 0), '行政许可法第五十条'),
    sets: (_held, { x }) => ({ x }),
  }),
  'not-renew': step({
    schema: reasoned,
    permission: 'decide',
    from: ['renewing'],
    to: 'granted',
    law: '行政许可法第五十条',
    forbids: (held, _args, { actorId }) => byAuthority(held, actorId, '行政许可法第五十条'),
  }),
  /** Taken back because it should not have been given: by the authority or the one above it. */
  revoke: step({
    schema: reasoned,
    permission: 'supervise',
    from: ['granted', 'renewing'],
    to: 'revoked',
    law: '行政许可法第六十九条',
  }),
  /** Struck off: expired, given up, or the holder is no more. Nothing brings it back. */
  cancel: step({
    schema: reasoned,
    permission: 'decide',
    from: ['granted', 'renewing', 'revoked'],
    to: 'cancelled',
    law: '行政许可法第七十条',
    forbids: (held, _args, { actorId }) => byAuthority(held, actorId, '行政许可法第七十条'),
  }),
}))
