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

export class CheckpointFiles {
  readonly #files: LedgerFiles
  readonly #folder: string
  #newest: WitnessedCheckpoint | null = null

  constructor(files: LedgerFiles, folder: string) {
    this.#files = files
    this.#folder = folder
  }

  get newest(): WitnessedCheckpoint | null {
    return this.#newest
  }

  /** Throws `log-behind-checkpoint` or `log-forked` when the log contradicts a checkpoint that stands on disk. */
  requireConsistent(log: Log, policy: TrustPolicy): void {
    for (const profile of ['sha256', 'sm3'] as const) {
      const path = join(this.#folder, PATHS[profile])
      if (this.#files.size(path) === null) continue
      const checkpoint = readCheckpoint(this.#files.read(path))
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

  /** Takes a newer pair. That the files could not be written is no harm: they follow with the next. */
  publish(checkpoint: WitnessedCheckpoint): void {
    this.#newest = checkpoint
    for (const profile of ['sha256', 'sm3'] as const) {
      const path = join(this.#folder, PATHS[profile])
      try {
        this.#files.write(`${path}.tmp`, utf8(checkpoint[profile]))
        this.#files.rename(`${path}.tmp`, path)
      } catch {
        return
      }
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
