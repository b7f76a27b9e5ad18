/** What a ledger is opened with. */
import type { Bytes, Clock, Signer } from '@mingzheng/kernel'
import type { TrustPolicy } from '@mingzheng/proof'
import type { Authorise, Contract } from './contract/contract.ts'
import type { Engine } from './engine/engine.ts'
import type { PreviousCheckpoints } from './genesis.ts'
import type { LedgerFiles } from './storage/ledger-files.ts'
import type { WitnessPeer } from './witness/peer-link.ts'
import type { WitnessOptions } from './witness.ts'

/** The keys of a node. `gateway` signs transactions and is the actor; the others sign checkpoints. All differ. */
export interface LedgerKeys {
  /** Ed25519; the organisation's key on the ledger. */
  readonly gateway: Signer
  /** Ed25519; the log's key, named for the origin. */
  readonly log: Signer
  /** SM2; the SM3 tree's log key. */
  readonly sm2Log: Signer
  /** Ed25519; this member's cosigner key of the policy. */
  readonly member: Signer
  /** SM2; this member's SM2 key of the policy. */
  readonly sm2Member: Signer
}

/** What a deployment or a test may set; the defaults are measured. */
export interface LedgerTuning {
  /** Longest that an accepted item waits for company under one signature, milliseconds. Default 100. */
  readonly gatherMs?: number
  /** Items under one signature. Default 1,024. */
  readonly batchItems?: number
  /** Accepted items that are held at most. Default 200,000. */
  readonly mostHeld?: number
  /** Pause before a stalled part tries again, milliseconds. Default 500. */
  readonly retryMs?: number
  /** Everything is made durable for good so long after the last block, milliseconds. Default 1,000. */
  readonly idleMs?: number
  /** A clock that was set must keep its new time so long, milliseconds. Default 30,000. */
  readonly clockHoldMs?: number
  /** A consortium's member takes a snapshot for new members at every so many blocks. Default 256. */
  readonly snapshotBlocks?: number
}

export interface LedgerOptions {
  /** Made when absent; one process at a time. */
  readonly folder: string
  /** `<name>/<province>/<8 hex>`; also the chain that transactions name. */
  readonly origin: string
  readonly keys: LedgerKeys
  /** Its origin and keys are those of this ledger. */
  readonly policy: TrustPolicy
  readonly contracts: readonly Contract[]
  readonly authorise: Authorise
  readonly clock: Clock
  /** Milliseconds that pass evenly, to notice a clock that was set. Default: the process's own, with `systemClock` only. */
  readonly elapsed?: () => number
  /** Another log's last checkpoints, to stand in this log's first entry. Only when the folder is new. */
  readonly previousCheckpoint?: PreviousCheckpoints
  /**
   * What a consortium agreed on: the time of its first entry, the digest of its genesis document, and the versions of contracts
   * in force from the first block.
   */
  readonly founding?: {
    readonly time: number
    readonly digest: Bytes
    readonly contracts?: { readonly [name: string]: number }
  }
  /** Who orders. Default: the embedded engine, which is this process alone. */
  readonly engine?: Engine
  /** The other members of a consortium; cosignatures are exchanged with them. */
  readonly peers?: readonly WitnessPeer[]
  /**
   * For a member that joins a running ledger, or comes back without its data: opening waits until the policy in force names its keys, and
   * is told of the chunks of the snapshot that it takes over.
   */
  readonly joining?: {
    /** How the policies followed one another so far, verified; canonical bytes, or `null` while none has changed. */
    readonly policyChain: Bytes | null
    readonly taking: (done: number, chunks: number) => void
  }
  /** How a witness of the policy that is no member is reached. */
  readonly outside?: WitnessOptions['outside']
  /** Policies before `policy`, and since when it judges. Default: it judges from the first entry on. */
  readonly history?: WitnessOptions['history']
  /** A member signed another root than this ledger's: evidence for `governance.equivocation`. */
  readonly onEquivocation?: WitnessOptions['equivocation']
  /** Another policy is in force; called in the midst of a block. */
  readonly onPolicy?: (policy: TrustPolicy) => void
  /** The former policy believes a checkpoint that includes a change of policy. */
  readonly onPolicyLink?: WitnessOptions['linked']
  readonly tuning?: LedgerTuning
  /** Default: the real file system. */
  readonly files?: LedgerFiles
}
