/**
 * A stage on which contracts play in memory: every call is a signed transaction in a block, executed as on a member. For
 * tests of contracts, which need no disk and no engine. `compareReplicas` runs the same on real members.
 */
import { type Bytes, type CborValue, isRefusal, type Refusal, refuse, type Signer } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { actorOf, decodeEntry, type Entry } from '@mingzheng/proof'
import type { Arguments, Authorise, Contract } from '../contract/contract.ts'
import { executeBlock } from '../contract/execute.ts'
import { ContractRuntime } from '../contract/runtime.ts'
import { keysUnder, readState, StateLayer } from '../contract/state.ts'
import type { Misbehaviour, VoterChange } from '../engine/engine.ts'
import { idKey } from '../id-key.ts'
import { encodeItem, signBatch } from '../transaction.ts'
import { TransactionReader } from '../transaction-reader.ts'
import { allowAll, TEST_ORIGIN } from './test-ledger.ts'

export interface ContractStageOptions {
  readonly contracts: readonly Contract[]
  readonly authorise?: Authorise
  /** Versions active from the first block; default: the lowest of each. */
  readonly founding?: { readonly [name: string]: number }
  /** Ledger time at the beginning, milliseconds. */
  readonly time?: number
}

/** An entry with its index. */
export interface StageEntry extends Entry {
  readonly index: number
}

export interface StageCall {
  readonly by: Signer
  /** Contract and method, such as `evidence.fix`. */
  readonly method: string
  readonly args: Arguments
  readonly id?: Bytes
}

export class ContractStage {
  /** Everything that the log would hold. */
  readonly entries: StageEntry[] = []
  /** Changes of who votes, in the order of blocks. */
  readonly voters: VoterChange[] = []
  readonly runtime: ContractRuntime
  height = 0
  time: number
  readonly #state = new StateLayer({ value: () => undefined })
  readonly #known = new Map<string, number>()
  readonly #random = seededRandom('contract stage')

  constructor({ contracts, authorise = allowAll, founding, time = Date.UTC(2026, 10, 24) }: ContractStageOptions) {
    this.runtime = new ContractRuntime(contracts, authorise, founding)
    this.time = time
  }

  /** One call in a block of its own. The refusal has the contract's own code, or the ledger's. */
  async call(by: Signer, method: string, args: Arguments): Promise<StageEntry | Refusal> {
    return (await this.block([{ by, method, args }]))[0]!
  }

  /** One call that must succeed. */
  async succeed(by: Signer, method: string, args: Arguments): Promise<StageEntry> {
    const answer = await this.call(by, method, args)
    if (isRefusal(answer)) throw new Error(`${method} was refused: ${answer.code}: ${answer.detail}`)
    return answer
  }

  /** The code with which one call is refused, or `null`. */
  async refused(by: Signer, method: string, args: Arguments): Promise<string | null> {
    const answer = await this.call(by, method, args)
    return isRefusal(answer) ? answer.code : null
  }

  /** Calls in one block, each in a transaction of its own; none is a block in which only time passes. */
  async block(
    calls: readonly StageCall[] = [],
    misbehaviour: readonly Misbehaviour[] = [],
  ): Promise<(StageEntry | Refusal)[]> {
    const transactions: Bytes[] = []
    for (const { by, method, args, id } of calls) {
      const [contract = '', name = ''] = method.split('.')
      const item = { id: id ?? this.#random(16), contract, method: name, arguments: args }
      transactions.push((await signBatch(TEST_ORIGIN, by, this.#random(16), [encodeItem(item)])).bytes)
    }
    this.height++
    const size = this.entries.length
    const { entries, outcomes, layer, voters } = await executeBlock({
      block: { height: this.height, time: this.time, clockStep: 0, transactions, misbehaviour },
      chain: TEST_ORIGIN,
      runtime: this.runtime,
      reader: new TransactionReader(),
      state: this.#state,
      size,
      ledgerActor: new Uint8Array(16),
      indexOf: (one, actorId) => this.#known.get(idKey(actorId) + idKey(one)) ?? null,
      breathe: () => Promise.resolve(),
    })
    this.#state.absorb(layer)
    this.runtime.refresh(this.#state)
    for (const [i, { bytes }] of entries.entries()) {
      const entry = decodeEntry(bytes)
      this.entries.push({ ...entry, index: size + i })
      this.#known.set(idKey(entry.actor) + idKey(entry.id), size + i)
    }
    this.voters.push(...voters)
    return outcomes.map((outcome) => (outcome.kind === 'refused' ? own(outcome.refusal) : this.entries[outcome.index]!))
  }

  /** Lets ledger time pass and a block with it. */
  async pass(ms: number): Promise<void> {
    this.time += ms
    await this.block()
  }

  /** Entries of a kind. */
  of(kind: string): StageEntry[] {
    return this.entries.filter((entry) => entry.kind === kind)
  }

  read(contract: string, key: string): CborValue | undefined {
    return readState(this.#state, contract, key)
  }

  keys(contract: string, prefix: string): string[] {
    return keysUnder(contract, prefix, { keys: () => [] }, [this.#state])
  }

  /** Whether the actor may, as of now. */
  may(by: Signer, permission: string): boolean {
    const item = { id: new Uint8Array(16), contract: '', method: '', arguments: {} }
    const method = { permission } as Contract['methods'][string]
    const call = { contract: { name: '', version: 1, methods: {} }, method, args: {} }
    const at = { actor: by.publicKey.bytes, time: this.time }
    return this.runtime.refusePermission(call, item, at, this.#state) === null
  }
}

/** `actorOf` a signer's key. */
export function actorIdOf({ publicKey }: Signer): Bytes {
  return actorOf(publicKey)
}

/** What the contract itself answered stands in the detail, as `code: words`. */
function own(refusal: Refusal): Refusal {
  const [code, ...words] = refusal.detail.split(': ')
  return refusal.code === 'contract-refused' && words.length > 0 ? refuse(code!, words.join(': ')) : refusal
}
