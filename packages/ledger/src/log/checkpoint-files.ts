/**
 * The newest witnessed checkpoints, in memory and beside the tiles. What was signed once binds: a log that recovered
 * shorter than it, or other than it, is not opened.
 */
import { join } from 'node:path'
import { type Bytes, equalBytes, utf8 } from '@mingzheng/kernel'
import { type Checkpoint, type Profile, parseSignedCheckpoint, profileKeys, type TrustPolicy } from '@mingzheng/proof'
import { ledgerFailure } from '../failure-codes.ts'
import type { LedgerFiles } from '../storage/ledger-files.ts'
import { type Log, SM3_FOLDER } from './log.ts'
import type { WitnessedCheckpoint } from './prove.ts'

const PATHS: { readonly [profile in Profile]: string } = { sha256: 'checkpoint', sm3: `${SM3_FOLDER}checkpoint` }

export interface CheckpointFilesOptions {
  readonly files: LedgerFiles
  /** The log's. */
  readonly folder: string
  readonly log: Log
  /** Pause after a fault of the disk, milliseconds. */
  readonly retryMs: number
}

/** Checkpoints reach the disk at most so often: each brings half a dozen partial tiles with it. */
const PAUSE_MS = 1000

export class CheckpointFiles {
  readonly #options: CheckpointFilesOptions
  #newest: WitnessedCheckpoint | null = null
  #onDisk: WitnessedCheckpoint | null = null
  #writing: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(options: CheckpointFilesOptions) {
    this.#options = options
  }

  get newest(): WitnessedCheckpoint | null {
    return this.#newest
  }

  /** Throws `log-behind-checkpoint` or `log-forked` when the log contradicts a checkpoint that stands on disk. */
  requireConsistent(policy: TrustPolicy): void {
    const { files, folder, log } = this.#options
    for (const profile of ['sha256', 'sm3'] as const) {
      const path = join(folder, PATHS[profile])
      if (files.size(path) === null) continue
      const checkpoint = readCheckpoint(files.read(path))
      if (checkpoint === null) continue
      const { size, root, origin } = checkpoint
      if (origin !== profileKeys(policy, profile).origin) {
        throw ledgerFailure('ledger-other-genesis', `${path} is a checkpoint of ${origin}`)
      }
      if (size > log.size) {
        throw ledgerFailure('log-behind-checkpoint', `${path} signs ${size} entries, the log has ${log.size}`, {
          remedy: 'restore the ledger folder from a newer copy; signing on would fork the log',
        })
      }
      if (!equalBytes(log.trees[profile].rootAt(size), root)) {
        throw ledgerFailure('log-forked', `${path} signs another root for ${size} entries`)
      }
    }
  }

  /** Takes a newer pair: valid at once, on disk soon after its partial tiles. */
  publish(checkpoint: WitnessedCheckpoint): void {
    this.#newest = checkpoint
    if (this.#timer === null && this.#writing === null) this.#write(PAUSE_MS)
  }

  /** Puts the newest on disk and ends. */
  async close(): Promise<void> {
    await this.#writing
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#write(null)
    await this.#writing
  }

  #write(pause: number | null): void {
    const newest = this.#newest
    if (newest === null || newest === this.#onDisk) return
    let next = pause
    this.#writing = this.#store(newest)
      .then(
        () => {
          this.#onDisk = newest
        },
        () => {
          // It stands in memory, and the log says what ails the disk.
          if (pause !== null) next = this.#options.retryMs
        },
      )
      .finally(() => {
        this.#writing = null
        if (next === null) return
        this.#timer = setTimeout(() => {
          this.#timer = null
          this.#write(PAUSE_MS)
        }, next)
      })
  }

  async #store(checkpoint: WitnessedCheckpoint): Promise<void> {
    const { files, folder, log } = this.#options
    await log.publish(checkpoint.size)
    for (const profile of ['sha256', 'sm3'] as const) {
      const path = join(folder, PATHS[profile])
      await files.store(`${path}.tmp`, utf8(checkpoint[profile]), true)
      files.rename(`${path}.tmp`, path)
    }
  }
}

/** What a lost power left half written binds nobody: the journals hold what was acknowledged. */
function readCheckpoint(bytes: Bytes): Checkpoint | null {
  try {
    return parseSignedCheckpoint(bytes).checkpoint
  } catch {
    return null
  }
}
