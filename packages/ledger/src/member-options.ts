/** What a member is opened with. */
import type { Bytes } from '@mingzheng/kernel'
import type { TrustPolicy } from '@mingzheng/proof'
import type { ItemOutcome } from './contract/execute.ts'
import type { ContractRuntime } from './contract/runtime.ts'
import type { Block, StallReason } from './engine/engine.ts'
import type { PreviousCheckpoints } from './genesis.ts'
import type { LedgerTime } from './ledger-time.ts'
import type { LedgerFiles } from './storage/ledger-files.ts'
import type { TransactionReader } from './transaction-reader.ts'
import type { TreeHeads } from './witness.ts'

/** What entry 0 says, and by whom. */
export interface Beginning {
  readonly origin: string
  readonly policy: TrustPolicy
  /** Stands in entries that the ledger makes by itself; the same on every member. */
  readonly actor: Bytes
  readonly previous?: PreviousCheckpoints | undefined
  /** What a consortium agreed on; an embedded ledger begins when it is first opened. */
  readonly founding?: { readonly time: number; readonly digest: Bytes } | undefined
}

export interface MemberOptions {
  readonly files: LedgerFiles
  readonly folder: string
  readonly beginning: Beginning
  readonly runtime: ContractRuntime
  readonly reader: TransactionReader
  readonly time: LedgerTime
  /** Called after each committed block, in order. */
  readonly committed: (block: Block, outcomes: readonly ItemOutcome[]) => void
  /** Called when blocks up to a height need never be executed again. */
  readonly settled: (height: number) => void
  /** Called with each new state of the log. */
  readonly grown: (heads: TreeHeads) => void
  readonly stalled: (reason: StallReason | null) => void
  /** Pause after a fault of the disk, milliseconds. */
  readonly retryMs: number
  /** A settlement follows so long after the last block. */
  readonly idleMs: number
  /** A snapshot for new members at every so many blocks, and whenever who votes changes; absent: none are taken. */
  readonly snapshotBlocks?: number | undefined
  /** Told with each chunk of a snapshot that this member takes over. */
  readonly taking?: ((done: number, chunks: number) => void) | undefined
}
