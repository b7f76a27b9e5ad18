/**
 * Challenge and answer: the challenger commits to his half of a draw, the custodian adds his, the challenger opens: nobody chose
 * the parts that are asked for (Blum, "Coin flipping by telephone", 1981). The custodian's answer is bound to the bytes of those
 * parts; whoever does not keep to his time is named by anybody.
 */
import { type Bytes, digest, equalBytes, type Refusal, refuse } from '@mingzheng/kernel'
import { type ContractAnswer, type ContractMethod, type ContractState, contractMethod } from '@mingzheng/ledger'
import { z } from 'zod'
import { type Challenge, type CustodyRefusalCode, type Holding, isOwn, notYours, wrongState } from './custody-state.ts'

const sixteen = z.instanceof(Uint8Array).refine((value) => value.length === 16)
const thirtyTwo = z.instanceof(Uint8Array).refine((value) => value.length === 32)
/** A second to thirty days. */
const window = z.number().int().min(1_000).max(2_592_000_000)

type Rule = (holding: Holding) => Holding | Refusal<CustodyRefusalCode>
type Change = (
  state: ContractState,
  h: Bytes,
  rule: Rule,
  entry: ContractAnswer['entry'],
) => ContractAnswer | Refusal<CustodyRefusalCode>

const none = () => wrongState('no challenge is in this step')

/** A challenge that waits for its challenger and has waited too long blocks nobody. */
const forgotten = (challenge: Challenge, now: number) =>
  (challenge.s === 'ready' || challenge.s === 'answered') && now > challenge.d

function step(holding: Holding, from: Challenge['s'], now: number): Challenge | Refusal<CustodyRefusalCode> {
  const challenge = holding.q
  if (challenge === null || challenge.s !== from) return none()
  if (now > challenge.d) return refuse('custody-time', 'the time for this step is over')
  return challenge
}

export function challengeMethods(change: Change): { readonly [method: string]: ContractMethod } {
  return {
    challenge: contractMethod({
      schema: z.strictObject({ h: sixteen, x: thirtyTwo, w: window }),
      permission: 'custody.challenge',
      apply: (state, { h, x, w }, { actorId, id, time }) =>
        change(
          state,
          h,
          (holding) => {
            if (holding.s !== 'held' && holding.s !== 'doubted') return wrongState('it is not held')
            if (holding.q !== null && !forgotten(holding.q, time)) return wrongState('it is being challenged')
            return { ...holding, q: { i: id, a: actorId, x, w, d: time + w, s: 'open' } }
          },
          { kind: 'custody.challenge', body: { h, x, w } },
        ),
    }),
    ready: contractMethod({
      schema: z.strictObject({ h: sixteen, v: sixteen }),
      permission: 'custody.keep',
      apply: (state, { h, v }, { actorId, time }) =>
        change(
          state,
          h,
          (holding) => {
            if (!isOwn(actorId, holding.k)) return notYours('custodian')
            const challenge = step(holding, 'open', time)
            if ('kind' in challenge) return challenge
            return { ...holding, q: { ...challenge, d: time + challenge.w, s: 'ready' } }
          },
          { kind: 'custody.ready', body: { h, v } },
        ),
    }),
    draw: contractMethod({
      schema: z.strictObject({ h: sixteen, y: thirtyTwo }),
      permission: 'custody.challenge',
      apply: (state, { h, y }, { actorId, time }) =>
        change(
          state,
          h,
          (holding) => {
            const challenge = step(holding, 'ready', time)
            if ('kind' in challenge) return challenge
            if (!isOwn(actorId, challenge.a)) return notYours('challenger')
            if (!equalBytes(digest('sha256', y), challenge.x)) {
              return refuse('custody-mismatch', 'not what the challenger committed to')
            }
            return { ...holding, q: { ...challenge, d: time + challenge.w, s: 'drawn' } }
          },
          { kind: 'custody.draw', body: { h, y } },
        ),
    }),
    answer: contractMethod({
      schema: z.strictObject({ h: sixteen, d: thirtyTwo }),
      permission: 'custody.keep',
      apply: (state, { h, d }, { actorId, time }) =>
        change(
          state,
          h,
          (holding) => {
            if (!isOwn(actorId, holding.k)) return notYours('custodian')
            const challenge = step(holding, 'drawn', time)
            if ('kind' in challenge) return challenge
            return { ...holding, q: { ...challenge, d: time + challenge.w, s: 'answered' } }
          },
          { kind: 'custody.answer', body: { h, d } },
        ),
    }),
    judge: contractMethod({
      schema: z.strictObject({ h: sixteen, y: z.boolean() }),
      permission: 'custody.challenge',
      apply: (state, { h, y }, { actorId }) =>
        change(
          state,
          h,
          (holding) => {
            const challenge = holding.q
            if (challenge === null || challenge.s !== 'answered') return none()
            if (!isOwn(actorId, challenge.a)) return notYours('challenger')
            return { ...holding, s: y ? 'held' : 'doubted', q: null }
          },
          { kind: 'custody.judge', body: { h, y } },
        ),
    }),
    late: contractMethod({
      schema: z.strictObject({ h: sixteen }),
      permission: 'custody.challenge',
      apply: (state, { h }, { time }) =>
        change(
          state,
          h,
          (holding) => {
            const challenge = holding.q
            if (challenge === null || (challenge.s !== 'open' && challenge.s !== 'drawn')) return none()
            if (time <= challenge.d) return refuse('custody-time', 'the custodian still has time')
            return { ...holding, s: 'doubted', q: null }
          },
          { kind: 'custody.late', body: { h } },
        ),
    }),
  }
}
