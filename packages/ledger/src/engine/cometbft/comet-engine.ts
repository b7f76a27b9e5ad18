/**
 * The engine of a consortium: one CometBFT node a member, which orders; this process serves it the application over ABCI 2.0.
 * Supervises the process, believes only inclusion, says in words why nothing is ordered, and stops for good when this member's
 * state is not that of the others.
 */
import type { Bytes } from '@mingzheng/kernel'
import { ledgerFailure } from '../../failure-codes.ts'
import type { Application, Engine, StallReason } from '../engine.ts'
import type { CometHome, CometKeys } from './comet-home.ts'

/** What a member holds after a block. */
export interface Position {
  readonly height: number
  readonly appHash: Bytes
}

/** What another member says that it holds. */
export interface PeerPositions {
  readonly member: string
  /** Rising heights, the newest last. */
  readonly positions: readonly Position[]
}

export interface CometLine {
  readonly level: 'info' | 'error'
  readonly message: string
}

export interface CometEngineOptions {
  readonly home: CometHome
  /** Absolute path of `cometbft` v0.38. */
  readonly binary: string
  readonly keys: CometKeys
  /**
   * Asks every other member for the positions that it holds from a height on (`positions` of its engine, over the network);
   * who does not answer is left out. Without it only CometBFT's own checks find a member that disagrees.
   */
  readonly peerPositions?: (from: number) => Promise<readonly PeerPositions[]>
  /** What an operator should read. */
  readonly log?: (line: CometLine) => void
  /** Called once when this member halts. */
  readonly halted?: (reason: StallReason) => void
  readonly tuning?: CometTuning
}

export interface CometTuning {
  /** Pause before a failed call of the application is made again, milliseconds. Default 500. */
  readonly retryMs?: number
  /** The node and the peers are looked at so often, milliseconds. Default 1,000. */
  readonly watchMs?: number
  /** First pause before CometBFT is started again; doubles up to 32 times. Default 250. */
  readonly restartMs?: number
  /** Blocks kept for members that come back. Default 1,000. */
  readonly keepBlocks?: number
}

/** For the health page and metrics. */
export interface CometStatus {
  readonly state: 'stopped' | 'starting' | 'running' | 'halted'
  readonly chainId: string
  /** Of the last committed block. */
  readonly height: number
  readonly appHash: Bytes
  readonly catchingUp: boolean
  /** Transactions that wait here to be ordered. */
  readonly waiting: number
  /** Votes present (this member's own included), votes needed, all votes. */
  readonly votes: { readonly here: number; readonly needed: number; readonly all: number }
  readonly peers: readonly { readonly member: string; readonly connected: boolean }[]
  /** How often CometBFT was started again since `start`. */
  readonly restarts: number
  readonly stalled: StallReason | null
}

export class CometEngine implements Engine {
  readonly #options: CometEngineOptions

  constructor(options: CometEngineOptions) {
    this.#options = options
  }

  /** Resolves when the application has every block that this member's CometBFT has. Throws `engine-start`. */
  async start(_application: Application): Promise<void> {
    throw ledgerFailure('ledger-closed', `the engine of ${this.#options.home.chainId} cannot start yet`)
  }

  /** Hands a transaction over; throws when CometBFT does not take it, which says nothing about inclusion. */
  async submit(_transaction: Bytes): Promise<void> {
    throw ledgerFailure('ledger-closed', 'the engine has stopped')
  }

  stalled(): StallReason | null {
    return null
  }

  async stop(): Promise<void> {}

  /** What this member holds after the blocks from a height on: at most 64, of the last 1,024. */
  positions(_from: number): readonly Position[] {
    return []
  }
}
