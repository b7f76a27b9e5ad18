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

/** Names that belong to the ledger itself. */
const RESERVED = 'ledger'

export class ContractRuntime {
  readonly #contracts = new Map<string, Contract>()
  readonly #authorise: Authorise
  readonly #prepared = new WeakMap<LedgerItem, PreparedCall>()

  /** Throws `contract-broken` for contracts whose names are not usable or not unique. */
  constructor(contracts: readonly Contract[], authorise: Authorise) {
    this.#authorise = authorise
    for (const contract of contracts) {
      const usable = /^[a-z][a-z0-9-]{0,63}$/.test(contract.name) && contract.name !== RESERVED
      if (!usable || this.#contracts.has(contract.name) || !Number.isSafeInteger(contract.version)) {
        throw ledgerFailure('contract-broken', `the contract ${contract.name} has no usable name or version`)
      }
      this.#contracts.set(contract.name, contract)
    }
  }

  /** Versions by name. */
  versions(): { [name: string]: number } {
    return Object.fromEntries([...this.#contracts].map(([name, { version }]) => [name, version]))
  }

  /** Finds the method and reads its arguments; the answer for the same item object is kept. */
  prepare(item: LedgerItem): PreparedCall | Refusal<ItemRefusalCode> {
    const kept = this.#prepared.get(item)
    if (kept !== undefined) return kept
    const call = this.#prepare(item)
    if (!isRefusal(call)) this.#prepared.set(item, call)
    return call
  }

  #prepare(item: LedgerItem): PreparedCall | Refusal<ItemRefusalCode> {
    const contract = this.#contracts.get(item.contract)
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
