/**
 * The contract `agreement`: offers, signatures in their order, clauses that are carried out when their time has come, ends. Stands
 * on 民法典 第一百五十八, 四百七十六, 四百八十六, 五百四十三, 五百六十五条 and 电子签名法 第十三条. Texts and persons stay outside.
 */
import { type Bytes, equalBytes, type Refusal, refuse } from '@mingzheng/kernel'
import { z } from 'zod'
import { actor, commitment, id, only, reasoned, time } from '../register/argument.ts'
import { defineRegister } from '../register/register.ts'

export type AgreementState = 'offered' | 'withdrawn' | 'lapsed' | 'in-force' | 'noticed' | 'ended'

interface Agreement {
  readonly [field: string]: Bytes | number | Bytes[] | number[] | undefined
  /** Commitment to the text. */
  readonly c?: Bytes
  /** Parties in the order of signing; the first made the offer. */
  readonly p?: Bytes[]
  /** How many have signed. */
  readonly n?: number
  /** Until when the offer binds. */
  readonly u?: number
  /** Times from which its clauses may be carried out. */
  readonly l?: number[]
  /** Clauses carried out. */
  readonly d?: number[]
  /** An amendment that waits for the others: its text, and who agreed. */
  readonly m?: Bytes
  readonly g?: Bytes[]
  /** End that was given notice of. */
  readonly e?: number
}

const isParty = ({ p = [] }: Agreement, actorId: Bytes) => p.some((party) => equalBytes(party, actorId))
const byParty = (held: Agreement, actorId: Bytes, law: string): Refusal | null =>
  isParty(held, actorId) ? null : refuse('party-not', `the actor is no party: ${law}`)

const SIGN = '电子签名法第十三条'
const AMEND = '民法典第五百四十三条'
const END = '民法典第五百六十五条'

export const agreementContract = defineRegister<AgreementState, Agreement>('agreement', 1, (step) => ({
  /** `p` the parties, who offers first; `l` for each clause the time from which it may be carried out. Offering is signing. */
  offer: step({
    schema: z.strictObject({
      k: id,
      c: commitment,
      p: z.array(actor).min(2).max(32),
      u: time,
      l: z.array(time).max(64),
      x: commitment,
    }),
    permission: 'party',
    from: null,
    to: 'offered',
    law: '民法典第四百七十二条',
    forbids: (_held, { p, u }, { actorId, time: now }) => {
      if (!equalBytes(p[0]!, actorId)) return refuse('party-not', 'who offers is the first party: 民法典第四百七十二条')
      if (p.some((one, i) => p.findIndex((other) => equalBytes(one, other)) !== i)) {
        return refuse('party-twice', 'a party stands there twice: 民法典第四百七十二条')
      }
      return u <= now ? refuse('offer-lapsed', 'the offer would have lapsed already: 民法典第四百七十八条') : null
    },
    sets: (_held, { c, p, u, l }) => ({ c, p, u, l, n: 1, d: [] }),
  }),
  /** `x` commits to the evidence of will. The parties sign one after the other, each the same text. */
  sign: step({
    schema: z.strictObject({ k: id, c: commitment, x: commitment }),
    permission: 'party',
    from: ['offered'],
    to: ({ p = [], n = 0 }) => (n + 1 === p.length ? 'in-force' : 'offered'),
    law: SIGN,
    forbids: ({ c, p = [], n = 0, u = 0 }, args, { actorId, time: now }) => {
      if (!equalBytes(p[n]!, actorId)) return refuse('signing-order', `another party signs next: ${SIGN}`)
      if (c === undefined || !equalBytes(c, args.c))
        return refuse('text-other', '承诺与要约不一致: 民法典第四百八十八条')
      return now > u ? refuse('offer-lapsed', 'a late acceptance is a new offer: 民法典第四百八十六条') : null
    },
    sets: ({ n = 0 }) => ({ n: n + 1 }),
  }),
  /** Only before anybody else has signed. */
  withdraw: step({
    schema: only,
    permission: 'party',
    from: ['offered'],
    to: 'withdrawn',
    law: '民法典第四百七十六条',
    forbids: ({ p = [], n = 0 }, _args, { actorId }) => {
      if (!equalBytes(p[0]!, actorId)) return refuse('party-not', 'who offered withdraws: 民法典第四百七十六条')
      return n > 1 ? refuse('offer-accepted', 'a party has accepted: 民法典第四百七十七条') : null
    },
  }),
  lapse: step({
    schema: only,
    permission: 'party',
    from: ['offered'],
    to: 'lapsed',
    law: '民法典第四百七十八条',
    forbids: ({ u = 0, ...held }, _args, { actorId, time: now }) =>
      byParty(held, actorId, '民法典第四百七十八条') ??
      (now <= u ? refuse('offer-binds', 'the offer still binds: 民法典第四百七十八条') : null),
  }),
  /** The first to propose a text proposes it, the others agree by the same call; the last agreement changes the text. */
  amend: step({
    schema: z.strictObject({ k: id, c: commitment, x: commitment }),
    permission: 'party',
    from: ['in-force'],
    to: null,
    law: AMEND,
    forbids: (held, { c }, { actorId }) => {
      const refusal = byParty(held, actorId, AMEND)
      if (refusal !== null) return refusal
      const same = held.m !== undefined && equalBytes(held.m, c)
      return same && held.g?.some((one) => equalBytes(one, actorId))
        ? refuse('amended-alone', `an agreement is changed by all together: ${AMEND}`)
        : null
    },
    sets: ({ m, g = [], p = [] }, { c }, { actorId }) => {
      const agreed = m !== undefined && equalBytes(m, c) ? [...g, actorId] : [actorId]
      if (agreed.length < p.length) return { m: c, g: agreed }
      return { m: undefined, g: undefined, c }
    },
  }),
  /** Carries out clause `i`, once, from its time on. `x` commits to what was done. */
  execute: step({
    schema: z.strictObject({ k: id, i: z.number().int().min(0).max(63), x: commitment }),
    permission: 'party',
    from: ['in-force', 'noticed'],
    to: null,
    law: '民法典第一百五十八条',
    forbids: (held, { i }, { actorId, time: now }) => {
      const due = held.l?.[i]
      if (due === undefined) return refuse('clause-unknown', 'there is no such clause: 民法典第一百五十八条')
      if (now < due) return refuse('clause-early', 'its time has not come: 民法典第一百五十八条')
      if (held.d?.includes(i)) return refuse('clause-done', 'it was carried out: 民法典第五百五十七条')
      return byParty(held, actorId, '民法典第五百零九条')
    },
    sets: ({ d = [] }, { i }) => ({ d: [...d, i] }),
  }),
  /** One party tells the others that it ends at `e`, for reasons committed to. */
  notice: step({
    schema: z.strictObject({ k: id, e: time, r: commitment }),
    permission: 'party',
    from: ['in-force'],
    to: 'noticed',
    law: END,
    forbids: (held, { e }, { actorId, time: now }) =>
      byParty(held, actorId, END) ??
      (e <= now ? refuse('notice-backdated', `an end lies ahead of its notice: ${END}`) : null),
    sets: (_held, { e }) => ({ e }),
  }),
  /** Ended: the time of the notice has come. Without notice nobody ends an agreement alone. */
  end: step({
    schema: reasoned,
    permission: 'party',
    from: ['noticed'],
    to: 'ended',
    law: END,
    forbids: ({ e = 0, ...held }, _args, { actorId, time: now }) =>
      byParty(held, actorId, END) ??
      (now < e ? refuse('notice-running', `the time of the notice has not come: ${END}`) : null),
  }),
}))
