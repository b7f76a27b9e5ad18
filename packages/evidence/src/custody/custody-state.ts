/** What the ledger's state holds of a holding: one package at one custodian. docs/formats/custody.md. */
import { type Bytes, type CborValue, equalBytes, type Refusal, refuse, toHex } from '@mingzheng/kernel'
import type { ContractState } from '@mingzheng/ledger'

/**
 * `offered` until the custodian confirms or declines; `doubted` after a challenge that was failed or not answered in time, until
 * one is passed; `released` may be destroyed. `declined`, `lost` and `destroyed` are ends.
 */
export type HoldingState = 'offered' | 'held' | 'doubted' | 'released' | 'declined' | 'lost' | 'destroyed'

/** `open`: the custodian is to say that he is there; `ready`: the challenger is to draw; `drawn`: the custodian is to answer. */
export type ChallengeState = 'open' | 'ready' | 'drawn' | 'answered'

export interface Challenge {
  /** The challenge's item. */
  i: Bytes
  /** The challenger. */
  a: Bytes
  /** SHA-256 of the challenger's secret half of the draw. */
  x: Bytes
  /** Milliseconds that each step may take. */
  w: number
  /** Ledger time at which the present step is late. */
  d: number
  s: ChallengeState
}

export interface Holding {
  s: HoldingState
  /** Owner and custodian, as actors. */
  o: Bytes
  k: Bytes
  /** Root and number of the sealed file's parts. */
  r: Bytes
  z: number
  /** Ledger time before which it must not be destroyed. */
  u: number
  /** Legal holds: id, and who placed it. */
  l: [Bytes, Bytes][]
  q: Challenge | null
}

export type CustodyRefusalCode =
  | 'custody-known'
  | 'custody-unknown'
  | 'custody-not-yours'
  | 'custody-state'
  | 'custody-time'
  | 'custody-under-hold'
  | 'custody-mismatch'
  | 'custody-too-many'

export const HOLDING_STATES: Readonly<Record<string, readonly HoldingState[]>> = {
  kept: ['held', 'doubted', 'released'],
  alive: ['offered', 'held', 'doubted', 'released'],
}

const key = (id: Bytes) => `holding/${toHex(id)}`

export function readHolding(state: ContractState, id: Bytes): Holding | Refusal<CustodyRefusalCode> {
  const value = state.get(key(id))
  if (value === undefined) return refuse('custody-unknown', 'there is no such holding', { field: 'h' })
  return value as unknown as Holding
}

export function writeHolding(state: ContractState, id: Bytes, holding: Holding): void {
  state.set(key(id), holding as unknown as CborValue)
}

export const isOwn = (actor: Bytes, whose: Bytes) => equalBytes(actor, whose)

/** The refusal of whoever is not the one whose turn it is. */
export const notYours = (who: string): Refusal<CustodyRefusalCode> =>
  refuse('custody-not-yours', `only the ${who} may do this`)

export const wrongState = (detail: string): Refusal<CustodyRefusalCode> => refuse('custody-state', detail)
