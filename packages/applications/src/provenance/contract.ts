/**
 * The contract `provenance`: lots of drugs from release to patient, each held by one organisation at a time. Stands on 药品管理法
 * (2019) 第十二, 三十六, 四十七, 五十五, 八十二, 九十八条.
 */
import { type Bytes, equalBytes, type Refusal, refuse } from '@mingzheng/kernel'
import { z } from 'zod'
import { actor, commitment, id, only, reasoned, time } from '../register/argument.ts'
import { defineRegister } from '../register/register.ts'

export type LotState = 'made' | 'released' | 'offered' | 'recalled' | 'dispensed' | 'destroyed'

interface Lot {
  readonly [field: string]: Bytes | number | undefined
  /** Whose authorisation to market it is. */
  readonly m?: Bytes
  /** Who holds it. */
  readonly h?: Bytes
  /** To whom it is offered. */
  readonly t?: Bytes
  /** Ledger time at which it expires. */
  readonly x?: number
}

const byHolder = ({ h }: Lot, actorId: Bytes, law: string): Refusal | null =>
  h !== undefined && equalBytes(h, actorId) ? null : refuse('holder-other', `another holds the lot: ${law}`)
/** 药品管理法第九十八条第三款第五项: what has expired is an inferior drug. */
const expired = ({ x = 0 }: Lot, now: number): Refusal | null =>
  now >= x ? refuse('lot-expired', 'the lot has expired: 药品管理法第九十八条第三款第五项') : null

export const provenanceContract = defineRegister<LotState, Lot>('provenance', 1, (step) => ({
  /** `c` commits to product, lot number, size; `x` is when it expires. */
  make: step({
    schema: z.strictObject({ k: id, c: commitment, x: time }),
    permission: 'make',
    from: null,
    to: 'made',
    law: '药品管理法第三十六条',
    forbids: (_held, { x }, { time: now }) => expired({ x }, now),
    sets: (_held, { x }, { actorId }) => ({ m: actorId, h: actorId, x }),
  }),
  /** `r` commits to the report of quality; without release nothing leaves the factory. */
  release: step({
    schema: reasoned,
    permission: 'make',
    from: ['made'],
    to: 'released',
    law: '药品管理法第四十七条',
    forbids: ({ m }, _args, { actorId }) =>
      m !== undefined && equalBytes(m, actorId)
        ? null
        : refuse('holder-other', 'only the marketing authorisation holder releases: 药品管理法第四十七条'),
  }),
  offer: step({
    schema: z.strictObject({ k: id, t: actor, c: commitment }),
    permission: 'hold',
    from: ['released'],
    to: 'offered',
    law: '药品管理法第五十五条',
    forbids: (held, { t }, { actorId, time: now }) => {
      if (equalBytes(t, actorId)) return refuse('offer-own', 'nobody buys from itself: 药品管理法第五十五条')
      return byHolder(held, actorId, '药品管理法第五十五条') ?? expired(held, now)
    },
    sets: (_held, { t }) => ({ t }),
  }),
  /** Who receives says so itself: a lot cannot be pushed on anybody. */
  receive: step({
    schema: only,
    permission: 'hold',
    from: ['offered'],
    to: 'released',
    law: '药品管理法第五十五条',
    forbids: (held, _args, { actorId, time: now }) => {
      if (held.t === undefined || !equalBytes(held.t, actorId)) {
        return refuse('holder-other', 'the lot is offered to another: 药品管理法第五十五条')
      }
      return expired(held, now)
    },
    sets: (_held, _args, { actorId }) => ({ h: actorId, t: undefined }),
  }),
  decline: step({
    schema: reasoned,
    permission: 'hold',
    from: ['offered'],
    to: 'released',
    law: '药品管理法第五十五条',
    forbids: ({ t }, _args, { actorId }) =>
      t !== undefined && equalBytes(t, actorId)
        ? null
        : refuse('holder-other', 'the lot is offered to another: 药品管理法第五十五条'),
    sets: () => ({ t: undefined }),
  }),
  dispense: step({
    schema: z.strictObject({ k: id, c: commitment }),
    permission: 'hold',
    from: ['released'],
    to: 'dispensed',
    law: '药品管理法第三十六条',
    forbids: (held, _args, { actorId, time: now }) =>
      byHolder(held, actorId, '药品管理法第三十六条') ?? expired(held, now),
  }),
  /** A recall reaches a lot wherever it is, and nothing but destruction follows. */
  recall: step({
    schema: reasoned,
    permission: 'recall',
    from: ['made', 'released', 'offered', 'dispensed'],
    to: 'recalled',
    law: '药品管理法第八十二条',
  }),
  destroy: step({
    schema: reasoned,
    permission: 'hold',
    from: ['recalled'],
    to: 'destroyed',
    law: '药品管理法第八十二条',
    forbids: (held, _args, { actorId }) => byHolder(held, actorId, '药品管理法第八十二条'),
  }),
}))
