/**
 * The engine port: who orders transactions. An engine only orders; the application (a member of the ledger) executes, and
 * answers with a digest of everything it then holds. Shaped so that CometBFT's ABCI 2.0 fits: `check` is CheckTx,
 * `propose` PrepareProposal, `judge` ProcessProposal, `finalize` FinalizeBlock, `commit` Commit, `info` Info.
 */
import type { Bytes, Refusal } from '@mingzheng/kernel'
import type { StallCode } from '../failure-codes.ts'

/** Transactions in their order, with the ledger time that the proposer states. */
export interface Block {
  /** 1 for the first; without gaps. */
  readonly height: number
  /** Milliseconds; not before the block below, within a bound of every member's clock. */
  readonly time: number
  /** By how many milliseconds the proposer's clock was set before this block, back if negative; 0 nearly always. */
  readonly clockStep: number
  readonly transactions: readonly Bytes[]
  /** Who was found to have voted dishonestly, as the block itself proves it; the same on every member. Absent: nobody. */
  readonly misbehaviour?: readonly Misbehaviour[]
}

/** A voter whose consensus key signed what no honest one signs. The engine holds the proof; every member has judged it. */
export interface Misbehaviour {
  /** `double-vote`: two votes in one round of one height. `light-client-attack`: another chain shown to a light client. */
  readonly kind: 'double-vote' | 'light-client-attack'
  /** First 20 bytes of SHA-256 of the consensus key. */
  readonly address: Bytes
  readonly height: number
  /** The engine's time of that height's block, milliseconds. */
  readonly time: number
}

export type BlockRefusalCode = 'block-time' | 'block-height' | 'block-malformed'

export interface StallReason {
  readonly code: StallCode
  readonly detail: string
}

/** What an engine drives. Calls of `finalize` and `commit` never overlap, heights never skip. */
export interface Application {
  /** Highest block that the application has, after a crash the last one it kept; the engine gives every later one again. */
  info(): { readonly height: number; readonly appHash: Bytes }
  /**
   * Whether a transaction may be ordered at all; `null` is yes. Cheap, and repeated at execution. With `transaction-replayed`
   * it is not taken for ordering; a block that holds one all the same is valid, and executing it has no effect.
   */
  check(transaction: Bytes): Refusal | null
  /** Where a transaction stands among those of its gateway, for engines that could turn them around; `null` when it has no place. */
  place?(transaction: Bytes): TransactionPlace | null
  /** The time for the next block, or why there can be none now. */
  propose(): { readonly time: number; readonly clockStep: number } | { readonly stalled: StallReason }
  /** Whether a block proposed by another may be voted for; `null` is yes. */
  judge(block: Block): Refusal<BlockRefusalCode> | null
  /** Executes; answers with the app hash. After a throw the same block comes again. */
  finalize(block: Block): Promise<Bytes>
  /**
   * Takes the finalized block for good; after a throw it is called again. Answers with the lowest height that the engine
   * must be able to give again.
   */
  commit(): Promise<{ readonly retainFrom: number }>
  /** What the block last finalized changed about who votes; the same on every member. Absent: it never changes. */
  voters?(): readonly VoterChange[]
  /** States by which a new member begins without executing every block. Absent: there are none. */
  readonly snapshots?: SnapshotPort
}

/** A gateway sends one transaction after the other; one that is sent while another waits is executed after it. Ids are hex. */
export interface TransactionPlace {
  readonly gateway: string
  readonly id: string
  /** What is to be executed before it; `null`: nothing. */
  readonly after: string | null
  /** What was executed last for the gateway; `null`: nothing yet. */
  readonly newest: string | null
}

export interface VoterChange {
  /** Ed25519 consensus key, 32 bytes. */
  readonly publicKey: Bytes
  /** Votes from now on; 0 takes it out. */
  readonly power: number
}

/** A state that another member can take over whole. */
export interface Snapshot {
  readonly height: number
  /** Version of the format. */
  readonly format: number
  readonly chunks: number
  /** The same for the same content. */
  readonly hash: Bytes
  readonly metadata: Bytes
}

/** Calls of `offer` and `apply` never overlap with those of a block. */
export interface SnapshotPort {
  list(): Promise<readonly Snapshot[]>
  /** A chunk, at most 16 MiB; `null` when this member does not have the snapshot any more. */
  load(height: number, format: number, chunk: number): Promise<Bytes | null>
  /** Whether to begin with a snapshot; `appHash` is what the members voted for at its height. Only when nothing is here yet. */
  offer(snapshot: Snapshot, appHash: Bytes): Promise<'accept' | 'reject' | 'reject-format'>
  /** Takes a chunk, in order from 0. After the last, `info` tells height and hash of the snapshot. */
  apply(index: number, chunk: Bytes): Promise<'accept' | 'retry' | 'reject'>
}

/**
 * Promises: every member finalizes the same blocks in the same order; a block is finalized only when the engine can give it
 * again after any crash; of what has a place, none before what it is to come after. It does not promise that a submitted transaction
 * is ever ordered, nor that it is ordered once.
 */
export interface Engine {
  /** Gives the application the blocks that it lacks, then orders. */
  start(application: Application): Promise<void>
  /** Hands a transaction over. Believe only inclusion; hand it over again when it does not come. */
  submit(transaction: Bytes): Promise<void>
  /** Has it told when all that was handed over and is not ordered may be lost: the listener hands all of it over again, in its order. */
  whenForgotten?(listener: () => void): void
  /** Why nothing can be ordered now, or `null`. */
  stalled(): StallReason | null
  /** Finishes the present block and ends. Idempotent. */
  stop(): Promise<void>
}
