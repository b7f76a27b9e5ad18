/** The contracts of a ledger, and the questions that come before any of them runs: known, well formed, permitted. */
import { Failure, isRefusal, type Refusal, refuse } from '@mingzheng/kernel'
import { actorOf } from '@mingzheng/proof'
import { type ItemRefusalCode, ledgerFailure } from '../failure-codes.ts'
import type { LedgerItem } from '../ledger-client.ts'
import type { Arguments, Authorise, Contract, ContractMethod } from './contract.ts'
import { readState, type StateSource } from './state.ts'

/** A call that may run. */
export interface PreparedCall {
  readonly contract: Contract
  readonly method: ContractMethod
  readonly args: Arguments
}

export interface ActorAt {
  /** Ed25519 public key. */
  readonly actor: Uint8Array
  /** Ledger time. */
  readonly time: number
}

/** Name that belongs to the ledger itself: its entries, and the state in which it keeps what versions are active. */
export const LEDGER_NAMESPACE = 'ledger'
/** Key of the map from names to active versions, once one was changed by vote. */
export const ACTIVE_CONTRACTS = 'contracts'

export class ContractRuntime {
  readonly #installed = new Map<string, Map<number, Contract>>()
  readonly #founding: { readonly [name: string]: number }
  readonly #authorise: Authorise
  readonly #prepared = new WeakMap<LedgerItem, PreparedCall>()
  #active = new Map<string, Contract>()

  /**
   * `founding` are the versions active from the first block, the same on every member; default: the lowest of each name.
   * Throws `contract-broken` for contracts whose names are not usable or versions not unique, `contract-version-missing` when a
   * founding version is not here.
   */
  constructor(
    contracts: readonly Contract[],
    authorise: Authorise,
    founding?: { readonly [name: string]: number } | undefined,
  ) {
    this.#authorise = authorise
    for (const contract of contracts) {
      const { name, version } = contract
      const usable = /^[a-z][a-z0-9-]{0,63}$/.test(name) && name !== LEDGER_NAMESPACE
      const versions = this.#installed.get(name) ?? new Map<number, Contract>()
      if (!usable || versions.has(version) || !Number.isSafeInteger(version)) {
        throw ledgerFailure('contract-broken', `the contract ${name} has no usable name or version`)
      }
      versions.set(version, contract)
      this.#installed.set(name, versions)
    }
    const lowest = [...this.#installed].map(([name, versions]) => [name, Math.min(...versions.keys())])
    this.#founding = founding ?? Object.fromEntries(lowest)
    this.#activate({})
  }

  /** Takes over the active versions from the state. Throws `contract-version-missing`. */
  refresh(state: StateSource): void {
    this.#activate((readState(state, LEDGER_NAMESPACE, ACTIVE_CONTRACTS) ?? {}) as { [name: string]: number })
  }

  /** Active versions by name. */
  versions(): { [name: string]: number } {
    return Object.fromEntries([...this.#active].map(([name, { version }]) => [name, version]))
  }

  /** Active contracts in the order of their names. */
  get active(): readonly Contract[] {
    return [...this.#active.values()]
  }

  /** Every installed version by name, ascending: what a member can announce. */
  installed(): { [name: string]: number[] } {
    const versions = [...this.#installed].map(([name, those]) => [name, [...those.keys()].sort((a, b) => a - b)])
    return Object.fromEntries(versions)
  }

  /** A version, active or not. Throws `contract-version-missing`: a member without it cannot go on. */
  require(name: string, version: number): Contract {
    const contract = this.#installed.get(name)?.get(version)
    if (contract !== undefined) return contract
    throw ledgerFailure('contract-version-missing', `version ${version} of the contract ${name} is not installed`, {
      remedy: 'install the software version that the members voted for, then start again',
    })
  }

  #activate(changed: { readonly [name: string]: number }): void {
    const versions = Object.entries({ ...this.#founding, ...changed }).sort(([a], [b]) => (a < b ? -1 : 1))
    this.#active = new Map(versions.map(([name, version]) => [name, this.require(name, version)]))
  }

  /** Finds the method and reads its arguments; with `keep`, the answer for the same item object is kept. */
  prepare(item: LedgerItem, keep = false): PreparedCall | Refusal<ItemRefusalCode> {
    const kept = this.#prepared.get(item)
    // What was prepared under another version is prepared anew.
    if (kept !== undefined && kept.contract === this.#active.get(item.contract)) return kept
    const call = this.#prepare(item)
    if (keep && !isRefusal(call)) this.#prepared.set(item, call)
    return call
  }

  #prepare(item: LedgerItem): PreparedCall | Refusal<ItemRefusalCode> {
    const contract = this.#active.get(item.contract)
    if (contract === undefined) {
      return refuse('contract-unknown', `there is no contract ${item.contract}`, { field: 'contract' })
    }
    const method = Object.hasOwn(contract.methods, item.method) ? contract.methods[item.method] : undefined
    if (method === undefined) {
      return refuse('method-unknown', `${item.contract} has no method ${item.method}`, { field: 'method' })
    }
    const parsed = method.schema.safeParse(item.arguments)
    if (!parsed.success) {
      const path = parsed.error.issues[0]?.path.join('.') ?? ''
      const detail = `${item.contract}.${item.method}: ${path} is not as the contract asks`
      return refuse('arguments-malformed', detail, { field: `arguments.${path}` })
    }
    return { contract, method, args: parsed.data }
  }

  /** Asks whether the actor may; `null` is yes. */
  refusePermission(
    { contract, method }: PreparedCall,
    item: LedgerItem,
    { actor, time }: ActorAt,
    state: StateSource,
  ): Refusal<ItemRefusalCode> | null {
    const key = { algorithm: 'ed25519', bytes: actor } as const
    const may = this.#authorise({
      actor: key,
      actorId: actorOf(key),
      contract: contract.name,
      method: item.method,
      permission: method.permission,
      time,
      read: (name, entry) => readState(state, name, entry),
    })
    return may ? null : refuse('permission-denied', `the organisation may not ${method.permission}`)
  }
}

/** What a contract's exception becomes: faults of the machine go on upwards, the rest refuses the item. */
export function refusalOf(error: unknown): Refusal<ItemRefusalCode> {
  if (error instanceof Failure && error.code.startsWith('storage-')) throw error
  return refuse('contract-refused', error instanceof Error ? error.message : String(error))
}
