/** A block becomes entries and changes of state: the same on every member, and nothing happens before all of it is known. */
import {
  type Bytes,
  bigEndian,
  type CborValue,
  concat,
  digest,
  isRefusal,
  type Refusal,
  refuse,
  toHex,
  utf8,
} from '@mingzheng/kernel'
import { actorOf, encodeEntry } from '@mingzheng/proof'
import type { Block, VoterChange } from '../engine/engine.ts'
import { type ItemRefusalCode, ledgerFailure } from '../failure-codes.ts'
import { idKey } from '../id-key.ts'
import type { LedgerItem } from '../ledger-client.ts'
import type { Transaction } from '../transaction.ts'
import type { TransactionReader } from '../transaction-reader.ts'
import type { TurnAnswer, TurnContext } from './contract.ts'
import { ACTIVE_CONTRACTS, type ContractRuntime, LEDGER_NAMESPACE, refusalOf } from './runtime.ts'
import { contractState, readState, StateLayer, type StateSource } from './state.ts'

/** What became of one item. `known`: its actor's item of that id stood on the ledger already; one effect, at that index. */
export type ItemOutcome = {
  readonly id: Bytes
  /** `actorOf` the key that signed. */
  readonly actorId: Bytes
} & (
  | { readonly kind: 'entered'; readonly index: number }
  | { readonly kind: 'known'; readonly index: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal<ItemRefusalCode> }
)

/** An entry to be appended, with what it can be found by. */
export interface NewEntry {
  readonly bytes: Bytes
  readonly id: Bytes
  readonly body: { readonly [key: string]: CborValue }
}

export interface BlockResult {
  readonly entries: readonly NewEntry[]
  readonly outcomes: readonly ItemOutcome[]
  readonly layer: StateLayer
  /** Changes of who takes part in ordering. */
  readonly voters: readonly VoterChange[]
}

export interface ExecutionInput {
  readonly block: Block
  readonly chain: string
  readonly runtime: ContractRuntime
  readonly reader: TransactionReader
  readonly state: StateSource
  /** Entries in the log before this block. */
  readonly size: number
  /** Actor of entries that the ledger makes by itself. */
  readonly ledgerActor: Bytes
  /** Index at which an actor's id stands already, or `null`. */
  readonly indexOf: (id: Bytes, actorId: Bytes) => number | null
  /** Lets other work of the process run between transactions. */
  readonly breathe: () => Promise<void>
}

/** Where the ledger's state holds the id of the batch that was executed last for a gateway. */
export function newestBatchKey(actor: Bytes): string {
  return `batch ${toHex(actor)}`
}

const TURN_DOMAIN = utf8('mingzheng turn v1\n')

/** Kind of the entry by which the ledger tells that its proposer's clock was set. */
export const CLOCK_ENTRY_KIND = 'ledger.clock'

/** Kind of the entry by which the ledger tells that a version of a contract became active, or why it did not. */
export const UPGRADE_ENTRY_KIND = 'ledger.upgrade'

/**
 * Executes a block on a copy; the caller appends and absorbs the result. Throws only faults of the machine, and
 * `contract-version-missing`.
 */
export async function executeBlock(input: ExecutionInput): Promise<BlockResult> {
  const run = new BlockRun(input)
  if (input.block.clockStep !== 0) run.noteClockStep(input.block.clockStep)
  for (const bytes of input.block.transactions) {
    run.transaction(bytes)
    await input.breathe()
  }
  run.turn()
  return { entries: run.entries, outcomes: run.outcomes, layer: run.layer, voters: run.voters }
}

class BlockRun {
  readonly entries: NewEntry[] = []
  readonly outcomes: ItemOutcome[] = []
  readonly layer: StateLayer
  readonly voters: VoterChange[] = []
  readonly #input: ExecutionInput
  /** Indices of what this block has entered, by actor and id. */
  readonly #here = new Map<string, Map<string, number>>()
  #turned = 0

  constructor(input: ExecutionInput) {
    this.#input = input
    this.layer = new StateLayer(input.state)
  }

  noteClockStep(step: number): void {
    const { block, ledgerActor } = this.#input
    const id = new Uint8Array(16)
    new DataView(id.buffer).setBigUint64(8, BigInt(block.height))
    this.#enter(id, ledgerActor, CLOCK_ENTRY_KIND, { step })
  }

  /** A transaction that is not one, or not signed, is passed over: who ordered it let it through against the rules. */
  transaction(bytes: Bytes): void {
    const { chain, reader, block } = this.#input
    let transaction: Transaction
    try {
      transaction = reader.read(bytes)
    } catch {
      return
    }
    if (transaction.chain !== chain || !reader.holds(transaction)) return
    const { actor } = transaction
    const actorId = actorOf({ algorithm: 'ed25519', bytes: actor })
    const permitted = new Map<string, Refusal<ItemRefusalCode> | null>()
    const by = { actor, actorId, here: this.#hereOf(actorId), time: block.time }
    const outcomes = transaction.items.map((item) => this.#item(item, by, permitted))
    this.outcomes.push(...outcomes)
    // One that had its effect before says nothing of where its gateway has come to.
    if (transaction.batch !== null && outcomes.some(({ kind }) => kind !== 'known')) {
      contractState(this.layer, LEDGER_NAMESPACE).set(newestBatchKey(actor), transaction.id)
    }
  }

  #item(
    item: LedgerItem,
    by: { actor: Bytes; actorId: Bytes; here: Map<string, number>; time: number },
    permitted: Map<string, Refusal<ItemRefusalCode> | null>,
  ): ItemOutcome {
    const { id } = item
    const { actorId } = by
    // Per actor: else whoever sees another's transaction could take its ids first.
    const key = idKey(id)
    const known = by.here.get(key) ?? this.#input.indexOf(id, actorId)
    if (known !== null) return { kind: 'known', id, actorId, index: known }
    const { runtime } = this.#input
    const call = runtime.prepare(item)
    if (isRefusal(call)) return { kind: 'refused', id, actorId, refusal: call }
    const permission = `${item.contract}.${item.method}`
    let denied = permitted.get(permission)
    if (denied === undefined) {
      denied = runtime.refusePermission(call, item, by, this.layer)
      permitted.set(permission, denied)
    }
    if (denied !== null) return { kind: 'refused', id, actorId, refusal: denied }
    const own = new StateLayer(this.layer)
    const index = this.#input.size + this.entries.length
    try {
      const actor = { algorithm: 'ed25519', bytes: by.actor } as const
      const read = (contract: string, entry: string) => readState(own, contract, entry)
      const context = { time: by.time, actor, actorId: by.actorId, id, index, read }
      const answer = call.method.apply(contractState(own, item.contract), call.args, context)
      if (isRefusal(answer)) {
        // The contract's own code comes first: the ledger's codes are closed, contracts are not.
        const refusal = refuse('contract-refused' as const, `${answer.code}: ${answer.detail}`)
        return { kind: 'refused', id, actorId, refusal }
      }
      if (!answer.entry.kind.startsWith(`${item.contract}.`)) {
        throw ledgerFailure('contract-broken', `${item.contract} emits an entry of another contract's kind`)
      }
      this.#enter(id, by.actorId, answer.entry.kind, present(answer.entry.body), by.here, key)
    } catch (error) {
      return { kind: 'refused', id, actorId, refusal: refusalOf(error) }
    }
    if (own.changes.size > 0) {
      this.layer.absorb(own)
      // What was permitted may depend on state.
      permitted.clear()
    }
    return { kind: 'entered', id, actorId, index }
  }

  /** What falls due at the end of the block, contract by contract. */
  turn(): void {
    const activate: { contract: string; version: number }[] = []
    for (const contract of this.#input.runtime.active) {
      if (contract.turn === undefined) continue
      const own = new StateLayer(this.layer)
      let answer: TurnAnswer
      try {
        answer = contract.turn(contractState(own, contract.name), this.#turnContext())
        if (answer.entries.some(({ kind }) => !kind.startsWith(`${contract.name}.`))) continue
      } catch (error) {
        refusalOf(error)
        continue
      }
      this.layer.absorb(own)
      this.voters.push(...(answer.voters ?? []))
      activate.push(...(answer.activate ?? []))
      for (const { kind, body } of answer.entries) this.#enterByLedger(kind, present(body))
    }
    for (const { contract, version } of activate) this.#upgrade(contract, version)
  }

  #upgrade(name: string, version: number): void {
    const { runtime } = this.#input
    const contract = runtime.require(name, version)
    const own = new StateLayer(this.layer)
    const ledger = contractState(own, LEDGER_NAMESPACE)
    const active = {
      ...runtime.versions(),
      ...(ledger.get(ACTIVE_CONTRACTS) as { [name: string]: number } | undefined),
    }
    const from = active[name] ?? null
    let failure: string | null = null
    try {
      const context = { ...this.#turnContext(), from }
      failure = contract.takeOver?.(contractState(own, name), context)?.code ?? null
    } catch (error) {
      // Another runtime may word an exception in another way: only that there was one is agreed upon.
      refusalOf(error)
      failure = 'threw'
    }
    if (failure === null) {
      ledger.set(ACTIVE_CONTRACTS, { ...active, [name]: version })
      this.layer.absorb(own)
    }
    const outcome = failure === null ? {} : { x: failure }
    this.#enterByLedger(UPGRADE_ENTRY_KIND, { n: name, v: version, w: from, ...outcome })
  }

  #turnContext(): TurnContext {
    const { block, size } = this.#input
    const { time, height, misbehaviour = [] } = block
    return { time, height, index: size + this.entries.length, misbehaviour }
  }

  /** An entry of the ledger's own: its id follows from the block and the place in it. */
  #enterByLedger(kind: string, body: NewEntry['body']): void {
    const { block, ledgerActor } = this.#input
    const place = concat(bigEndian(block.height, 8), bigEndian(this.#turned++, 8))
    this.#enter(digest('sha256', concat(TURN_DOMAIN, place)).slice(0, 16), ledgerActor, kind, body)
  }

  #hereOf(actor: Bytes): Map<string, number> {
    const key = idKey(actor)
    const here = this.#here.get(key) ?? new Map<string, number>()
    this.#here.set(key, here)
    return here
  }

  #enter(
    id: Bytes,
    actor: Bytes,
    kind: string,
    body: NewEntry['body'],
    here = this.#hereOf(actor),
    key = idKey(id),
  ): void {
    const bytes = encodeEntry({ kind, id, actor, time: this.#input.block.time, body })
    here.set(key, this.#input.size + this.entries.length)
    this.entries.push({ bytes, id, body })
  }
}

function present(body: { readonly [key: string]: CborValue | undefined }): NewEntry['body'] {
  if (Object.values(body).every((value) => value !== undefined)) return body as NewEntry['body']
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as NewEntry['body']
}
