/** A member without an engine, fed by its test: the same blocks, in its own folder, with its own instances of the contracts. */
import { manualClock, toHex } from '@mingzheng/kernel'
import { actorOf } from '@mingzheng/proof'
import type { Authorise, Contract } from '../contract/contract.ts'
import { ContractRuntime } from '../contract/runtime.ts'
import type { Block } from '../engine/engine.ts'
import { LedgerTime } from '../ledger-time.ts'
import { Member } from '../member.ts'
import { TransactionReader } from '../transaction-reader.ts'
import { MemoryFiles } from './memory-files.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { allowAll, TEST_ORIGIN, testLedgerKeys, testPolicy } from './test-ledger.ts'

export interface ReplicaOptions {
  /** Called at every opening: what a contract keeps outside its state is lost then, as in a process that starts again. */
  readonly contracts: () => readonly Contract[]
  readonly authorise?: () => Authorise
  readonly founding?: { readonly [name: string]: number } | undefined
  /** Clock, milliseconds. */
  readonly now?: number
}

const keys = testLedgerKeys('replicas')
const FOUNDED = Date.UTC(2026, 10, 24)

export class Replica {
  files = new MemoryFiles()
  readonly #options: ReplicaOptions
  #folder = temporaryFolder()
  member!: Member

  constructor(options: ReplicaOptions) {
    this.#options = options
  }

  async open(): Promise<void> {
    const { contracts, authorise = () => allowAll, founding, now = FOUNDED } = this.#options
    this.member = await Member.open({
      files: this.files,
      folder: this.#folder,
      beginning: {
        origin: TEST_ORIGIN,
        policy: testPolicy(keys),
        actor: actorOf(keys.log.publicKey),
        founding: { time: FOUNDED, digest: new Uint8Array(32) },
      },
      runtime: new ContractRuntime(contracts(), authorise(), founding),
      reader: new TransactionReader(),
      time: new LedgerTime({ clock: manualClock(now) }),
      committed: () => undefined,
      settled: () => undefined,
      grown: () => undefined,
      stalled: () => undefined,
      idleMs: 60_000,
      retryMs: 1,
    })
  }

  /** Executes a block; answers with the app hash. */
  async take(block: Block): Promise<string> {
    // Of its own: what one replica remembers of an object must not help another.
    const transactions = block.transactions.map((bytes) => bytes.slice())
    const hash = toHex(await this.member.finalize({ ...block, transactions }))
    await this.member.commit()
    return hash
  }

  async restart(): Promise<void> {
    await this.member.close()
    await this.open()
  }

  /** Loses what was not durable, as `chance` has it. */
  async crash(chance: (n: number) => number): Promise<void> {
    const survived = this.files.crash(chance)
    this.files.fault = () => ({ when: 'lost' })
    await this.member.close()
    this.files = survived
    await this.open()
  }

  /** Begins anew from a snapshot of another, in a new folder. */
  async beginFrom(other: Replica): Promise<void> {
    const height = await other.member.takeSnapshot()
    const { appHash } = other.member.info()
    const given = other.member.snapshots
    const snapshot = (await given.list()).find((one) => one.height === height)!
    await this.member.close()
    this.files = new MemoryFiles()
    this.#folder = temporaryFolder()
    await this.open()
    const taken = this.member.snapshots
    if ((await taken.offer(snapshot, appHash)) !== 'accept') throw new Error('the snapshot was refused')
    for (let i = 0; i < snapshot.chunks; i++) {
      const answer = await taken.apply(i, (await given.load(height, snapshot.format, i))!)
      if (answer !== 'accept') throw new Error(`chunk ${i}: ${answer}`)
    }
  }
}
