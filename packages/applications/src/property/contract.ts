/**
 * The contract `property`: voluntary registration of works and of what happens to their rights. Stands on 著作权法 (2020) 第十条,
 * 十二, 十四, 二十六, 二十七, 二十八条 and 作品自愿登记试行办法 第六条. A registration is no judgement of ownership.
 */
import { type Bytes, equalBytes, type Refusal, refuse } from '@mingzheng/kernel'
import { z } from 'zod'
import { actor, commitment, id, only, reasoned, time } from '../register/argument.ts'
import { defineRegister } from '../register/register.ts'

export type WorkState = 'applied' | 'registered' | 'disputed' | 'pledged' | 'refused' | 'revoked'

interface Work {
  readonly [field: string]: Bytes | number | undefined
  /** Who applied; then who holds the property rights. */
  readonly h?: Bytes
  /** Author's side, to whom the moral rights stay. */
  readonly a?: Bytes
  /** Pledgee. */
  readonly p?: Bytes
  /** Until when an exclusive licence runs, ledger time. */
  readonly x?: number
}

const byHolder = ({ h }: Work, actorId: Bytes, law: string): Refusal | null =>
  h !== undefined && equalBytes(h, actorId) ? null : refuse('holder-other', `the rights are another’s: ${law}`)

export const propertyContract = defineRegister<WorkState, Work>('property', 1, (step) => ({
  /** `c` commits to the work, `p` to the proofs of authorship. */
  apply: step({
    schema: z.strictObject({ k: id, c: commitment, p: commitment }),
    permission: 'apply',
    from: null,
    to: 'applied',
    law: '著作权法第十二条第二款',
    sets: (_held, _args, { actorId }) => ({ h: actorId, a: actorId }),
  }),
  register: step({
    schema: reasoned,
    permission: 'decide',
    from: ['applied'],
    to: 'registered',
    law: '著作权法第十二条第二款',
  }),
  refuse: step({
    schema: reasoned,
    permission: 'decide',
    from: ['applied'],
    to: 'refused',
    law: '作品自愿登记试行办法第五条',
  }),
  /** `g` names which of the property rights go (bits 5 to 17 of 第十条第一款); the four moral rights never do. */
  transfer: step({
    schema: z.strictObject({
      k: id,
      t: actor,
      g: z.array(z.number().int().min(1).max(17)).min(1).max(17),
      c: commitment,
    }),
    permission: 'dispose',
    from: ['registered'],
    to: null,
    law: '著作权法第二十七条',
    forbids: (held, { g }, { actorId, time: now }) => {
      if (g.some((right) => right < 5)) {
        return refuse('right-moral', 'moral rights cannot be transferred: 著作权法第十条第三款')
      }
      if (held.x !== undefined && now < held.x) {
        return refuse('licence-exclusive', 'an exclusive licence runs: 著作权法第二十六条')
      }
      return byHolder(held, actorId, '著作权法第二十七条')
    },
    sets: (_held, { t }) => ({ h: t }),
  }),
  /** `e`: exclusive. A second exclusive one is refused while the first runs. */
  license: step({
    schema: z.strictObject({ k: id, t: actor, e: z.boolean(), u: time, c: commitment }),
    permission: 'dispose',
    from: ['registered', 'pledged'],
    to: null,
    law: '著作权法第二十六条',
    forbids: (held, { e, u }, { actorId, time: now }) => {
      if (u <= now) return refuse('licence-ended', 'the licence would have ended already: 著作权法第二十六条')
      if (held.p !== undefined) return refuse('work-pledged', 'the pledgee must agree first: 民法典第四百四十四条')
      if (e && held.x !== undefined && now < held.x) {
        return refuse('licence-exclusive', 'an exclusive licence runs: 著作权法第二十六条')
      }
      return byHolder(held, actorId, '著作权法第二十六条')
    },
    sets: ({ x }, { e, u }) => ({ x: e ? u : x }),
  }),
  pledge: step({
    schema: z.strictObject({ k: id, t: actor, c: commitment }),
    permission: 'dispose',
    from: ['registered'],
    to: 'pledged',
    law: '著作权法第二十八条',
    forbids: (held, _args, { actorId }) => byHolder(held, actorId, '著作权法第二十八条'),
    sets: (_held, { t }) => ({ p: t }),
  }),
  /** By the pledgee: a debtor does not free itself. */
  release: step({
    schema: only,
    permission: 'dispose',
    from: ['pledged'],
    to: 'registered',
    law: '民法典第三百九十三条',
    forbids: ({ p }, _args, { actorId }) =>
      p !== undefined && equalBytes(p, actorId)
        ? null
        : refuse('pledgee-other', 'only the pledgee releases: 民法典第三百九十三条'),
    sets: () => ({ p: undefined }),
  }),
  dispute: step({
    schema: z.strictObject({ k: id, c: commitment }),
    permission: 'dispose',
    from: ['registered', 'pledged'],
    to: 'disputed',
    law: '著作权法第六十条',
  }),
  /** A dispute ends by who decides: the registration stays, or is revoked. */
  uphold: step({
    schema: reasoned,
    permission: 'decide',
    from: ['disputed'],
    to: ({ p }) => (p === undefined ? 'registered' : 'pledged'),
    law: '著作权法第六十条',
  }),
  revoke: step({
    schema: reasoned,
    permission: 'decide',
    from: ['registered', 'disputed', 'pledged'],
    to: 'revoked',
    law: '作品自愿登记试行办法第六条',
  }),
}))
