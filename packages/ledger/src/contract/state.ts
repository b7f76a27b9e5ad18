/** State under execution: what is settled, what later blocks changed, what this block and this item change. */
import { type Bytes, type CborValue, decodeCbor, encodeCbor, equalBytes } from '@mingzheng/kernel'
import { ledgerFailure } from '../failure-codes.ts'
import type { ContractState } from './contract.ts'

const LONGEST_KEY = 200
const LONGEST_VALUE = 65_536

/** Where a layer reads what it does not hold. */
export interface StateSource {
  value(key: string): Bytes | undefined
}

/** Of all layers that hold nothing: most items change no state, and a map of its own for each would cost as much as the rest of it. */
const NO_CHANGES: ReadonlyMap<string, Bytes | null> = new Map()

/** Changed keys over a source; `null` is a removed key. */
export class StateLayer implements StateSource {
  #changes: Map<string, Bytes | null> | null = null
  #under: StateSource

  constructor(under: StateSource) {
    this.#under = under
  }

  get changes(): ReadonlyMap<string, Bytes | null> {
    return this.#changes ?? NO_CHANGES
  }

  /** Stands on another source from now on, which must answer the same. */
  rebase(under: StateSource): void {
    this.#under = under
  }

  value(key: string): Bytes | undefined {
    const own = this.#changes?.get(key)
    if (own === undefined) return this.#under.value(key)
    return own ?? undefined
  }

  set(key: string, value: Bytes | null): void {
    this.#changes ??= new Map()
    this.#changes.set(key, value)
  }

  /** Takes over the changes of a layer that stands on this one. */
  absorb(layer: StateLayer): void {
    for (const [key, value] of layer.changes) this.set(key, value)
  }

  /** Changes that are changes: what a key held under this layer, and holds now. */
  *differences(): Generator<{ key: string; before: Bytes | undefined; after: Bytes | undefined }> {
    for (const [key, value] of this.changes) {
      const before = this.#under.value(key)
      const after = value ?? undefined
      const same = before === undefined ? after === undefined : after !== undefined && equalBytes(before, after)
      if (!same) yield { key, before, after }
    }
  }
}

/** Where a contract's key stands. A NUL ends the contract's name, which cannot hold one. */
export function stateKey(contract: string, key: string): string {
  if (key === '' || key.length > LONGEST_KEY || !key.isWellFormed()) {
    throw ledgerFailure('contract-broken', `${contract}: a key of state has 1 to ${LONGEST_KEY} characters`)
  }
  return `${contract}\0${key}`
}

/** A contract's keys that begin so, in order: those that are settled, then what each layer, oldest first, adds and takes away. */
export function keysUnder(
  contract: string,
  prefix: string,
  settled: { keys(prefix: string): Iterable<string> },
  layers: readonly StateLayer[],
): string[] {
  const whole = stateKey(contract, prefix)
  const keys = new Set(settled.keys(whole))
  for (const { changes } of layers) {
    for (const [key, value] of changes) {
      if (!key.startsWith(whole)) continue
      if (value === null) keys.delete(key)
      else keys.add(key)
    }
  }
  return [...keys].sort().map((key) => key.slice(contract.length + 1))
}

/** Reads one value of any contract, as a fresh copy. */
export function readState(source: StateSource, contract: string, key: string): CborValue | undefined {
  const value = source.value(stateKey(contract, key))
  return value === undefined ? undefined : decodeCbor(value)
}

/** A contract's window on a layer. */
export function contractState(layer: StateLayer, contract: string): ContractState {
  return {
    get: (key) => readState(layer, contract, key),
    set(key, value) {
      const bytes = value === undefined ? null : encodeCbor(value)
      if (bytes !== null && bytes.length > LONGEST_VALUE) {
        throw ledgerFailure('contract-broken', `${contract}: a value of state has at most ${LONGEST_VALUE} bytes`)
      }
      layer.set(stateKey(contract, key), bytes)
    },
  }
}
