/**
 * The contract `custody`, version 1: packages handed to custodians, challenged, given back, held for a court, kept until
 * their time and destroyed after it. Every step is an entry of the one whose step it is; what has no right moment is refused.
 */
import { type Bytes, equalBytes, isRefusal, type Refusal, refuse, toHex } from '@mingzheng/kernel'
import { type Contract, type ContractAnswer, type ContractState, contractMethod } from '@mingzheng/ledger'
import { z } from 'zod'
import { challengeMethods } from './challenge-methods.ts'
import {
  type CustodyRefusalCode,
  HOLDING_STATES,
  type Holding,
  isOwn,
  notYours,
  readHolding,
  writeHolding,
  wrongState,
} from './custody-state.ts'

const bytes = (length: number) => z.instanceof(Uint8Array).refine((value) => value.length === length)
const sixteen = bytes(16)
const thirtyTwo = bytes(32)
const time = z.number().int().min(0).max(253_402_300_799_999)
/** A header and 2^25 parts: two tebibytes. */
const parts = z.number().int().min(2).max(33_554_433)

const handArguments = z.strictObject({
  h: sixteen,
  k: sixteen,
  r: thirtyTwo,
  z: parts,
  u: time,
  n: thirtyTwo,
  e: z.number().int().min(1).max(9999),
})
const holdingArguments = z.strictObject({ h: sixteen })
const MOST_HOLDS = 16

type Answer = ContractAnswer | Refusal<CustodyRefusalCode>

/** Changes a holding by a rule, and answers with the entry. */
function change(
  state: ContractState,
  h: Bytes,
  rule: (holding: Holding) => Holding | Refusal<CustodyRefusalCode>,
  entry: ContractAnswer['entry'],
): Answer {
  const before = readHolding(state, h)
  if (isRefusal(before)) return before as Refusal<CustodyRefusalCode>
  const after = rule(before)
  if (isRefusal(after)) return after as Refusal<CustodyRefusalCode>
  writeHolding(state, h, after)
  return { entry }
}

const isIn = (holding: Holding, set: string) => HOLDING_STATES[set]!.includes(holding.s)
const readerKey = (owner: Bytes, actor: Bytes) => `reader/${toHex(owner)}/${toHex(actor)}`
const wishKey = (id: Bytes) => `wish/${toHex(id)}`

/** Whether retention and holds allow it to be destroyed. */
function destroyable(holding: Holding, now: number): Refusal<CustodyRefusalCode> | null {
  if (holding.l.length > 0) return refuse('custody-under-hold', 'a legal hold lies on it')
  if (now < holding.u) return refuse('custody-time', 'its retention has not ended')
  return null
}

export const custodyContract: Contract = {
  name: 'custody',
  version: 1,
  methods: {
    hand: contractMethod({
      schema: handArguments,
      permission: 'custody.hand',
      apply(state, { h, k, r, z: size, u, n, e }, { actorId }) {
        if (!isRefusal(readHolding(state, h))) return refuse('custody-known', 'this holding is there already')
        writeHolding(state, h, { s: 'offered', o: actorId, k, r, z: size, u, l: [], q: null })
        return { entry: { kind: 'custody.hand', body: { h, k, r, z: size, u, n, e } } }
      },
    }),
    confirm: contractMethod({
      schema: z.strictObject({ h: sixteen, r: thirtyTwo }),
      permission: 'custody.keep',
      apply: (state, { h, r }, { actorId }) =>
        change(
          state,
          h,
          (holding) => {
            if (!isOwn(actorId, holding.k)) return notYours('custodian')
            if (holding.s !== 'offered') return wrongState('it is not offered')
            if (!equalBytes(r, holding.r)) return refuse('custody-mismatch', 'another file was handed over')
            return { ...holding, s: 'held' }
          },
          { kind: 'custody.confirm', body: { h, r } },
        ),
    }),
    decline: ended('decline', 'declined', ['offered']),
    lose: ended('lose', 'lost', ['held', 'doubted']),
    ...challengeMethods(change),
    admit: contractMethod({
      schema: z.strictObject({ a: sixteen, y: z.boolean() }),
      permission: 'custody.hand',
      apply(state, { a, y }, { actorId }) {
        state.set(readerKey(actorId, a), y ? true : undefined)
        return { entry: { kind: 'custody.admit', body: { a, y } } }
      },
    }),
    ask: contractMethod({
      schema: z.strictObject({ h: sixteen, b: thirtyTwo }),
      permission: 'custody.ask',
      apply(state, { h, b }, { actorId, id }) {
        const holding = readHolding(state, h)
        if (isRefusal(holding)) return holding
        const mayRead = isOwn(actorId, holding.o) || state.get(readerKey(holding.o, actorId)) === true
        if (!mayRead) return notYours('owner, or whom he admits,')
        if (!isIn(holding, 'kept')) return wrongState('the custodian does not hold it')
        if (state.get(wishKey(id)) !== undefined) return refuse('custody-known', 'this wish is there already')
        state.set(wishKey(id), { h, a: actorId })
        return { entry: { kind: 'custody.ask', body: { h, b } } }
      },
    }),
    give: contractMethod({
      schema: z.strictObject({ h: sixteen, w: sixteen, r: thirtyTwo, z: parts }),
      permission: 'custody.keep',
      apply(state, { h, w, r, z: size }, { actorId }) {
        const holding = readHolding(state, h)
        if (isRefusal(holding)) return holding
        if (!isOwn(actorId, holding.k)) return notYours('custodian')
        const wish = state.get(wishKey(w)) as { h: Bytes } | undefined
        if (wish === undefined || !equalBytes(wish.h, h)) return wrongState('nobody waits for it')
        state.set(wishKey(w), undefined)
        return { entry: { kind: 'custody.give', body: { h, w, r, z: size } } }
      },
    }),
    hold: contractMethod({
      schema: z.strictObject({ h: sixteen, x: sixteen }),
      permission: 'custody.hold',
      apply: (state, { h, x }, { actorId }) =>
        change(
          state,
          h,
          (holding) => {
            if (!isIn(holding, 'alive')) return wrongState('there is nothing left to hold')
            if (holding.l.length >= MOST_HOLDS) return refuse('custody-too-many', `at most ${MOST_HOLDS} legal holds`)
            if (holding.l.some(([id]) => equalBytes(id, x)))
              return refuse('custody-known', 'this hold lies on it already')
            return { ...holding, l: [...holding.l, [x, actorId]] }
          },
          { kind: 'custody.hold', body: { h, x } },
        ),
    }),
    lift: contractMethod({
      schema: z.strictObject({ h: sixteen, x: sixteen }),
      permission: 'custody.hold',
      apply: (state, { h, x }, { actorId }) =>
        change(
          state,
          h,
          (holding) => {
            const placed = holding.l.find(([id]) => equalBytes(id, x))
            if (placed === undefined) return refuse('custody-unknown', 'no such hold lies on it', { field: 'x' })
            if (!isOwn(actorId, placed[1])) return notYours('one who placed the hold')
            return { ...holding, l: holding.l.filter((other) => other !== placed) }
          },
          { kind: 'custody.lift', body: { h, x } },
        ),
    }),
    retain: contractMethod({
      schema: z.strictObject({ h: sixteen, u: time }),
      permission: 'custody.hand',
      apply: (state, { h, u }, { actorId }) =>
        change(
          state,
          h,
          (holding) => {
            if (!isOwn(actorId, holding.o)) return notYours('owner')
            if (!isIn(holding, 'alive')) return wrongState('there is nothing left to retain')
            if (u < holding.u) return refuse('custody-time', 'retention is lengthened, never shortened')
            return { ...holding, u, s: holding.s === 'released' ? 'held' : holding.s }
          },
          { kind: 'custody.retain', body: { h, u } },
        ),
    }),
    release: contractMethod({
      schema: holdingArguments,
      permission: 'custody.hand',
      apply: (state, { h }, { actorId, time: now }) =>
        change(
          state,
          h,
          (holding) => {
            if (!isOwn(actorId, holding.o)) return notYours('owner')
            if (holding.s !== 'held' && holding.s !== 'doubted') return wrongState('it is not held')
            return destroyable(holding, now) ?? { ...holding, s: 'released', q: null }
          },
          { kind: 'custody.release', body: { h } },
        ),
    }),
    destroy: contractMethod({
      schema: holdingArguments,
      permission: 'custody.keep',
      apply: (state, { h }, { actorId, time: now }) =>
        change(
          state,
          h,
          (holding) => {
            if (!isOwn(actorId, holding.k)) return notYours('custodian')
            if (holding.s !== 'released') return wrongState('its owner has not released it')
            // A hold may have come after the release.
            return destroyable(holding, now) ?? { ...holding, s: 'destroyed' }
          },
          { kind: 'custody.destroy', body: { h } },
        ),
    }),
  },
}

/** The custodian ends a holding by his own word. */
function ended(method: 'decline' | 'lose', to: 'declined' | 'lost', from: readonly Holding['s'][]) {
  return contractMethod({
    schema: holdingArguments,
    permission: 'custody.keep',
    apply: (state, { h }, { actorId }) =>
      change(
        state,
        h,
        (holding) => {
          if (!isOwn(actorId, holding.k)) return notYours('custodian')
          if (!from.includes(holding.s)) return wrongState(`it is ${holding.s}`)
          return { ...holding, s: to, q: null }
        },
        { kind: `custody.${method}`, body: { h } },
      ),
  })
}
