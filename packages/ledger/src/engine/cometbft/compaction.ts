/**
 * Gives back the room of blocks that CometBFT has forgotten: its stores do not shrink by forgetting alone. Only while CometBFT does
 * not run.
 */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ledgerFailure } from '../../failure-codes.ts'
import { trimWriteAhead } from './write-ahead.ts'

/** Bytes on disk before and after. */
export interface Compaction {
  readonly before: number
  readonly after: number
}

/** The first run leaves behind what it could not move (measured): the second takes it. */
const RUNS = 2
const LONGEST_MS = 600_000

/** Throws `engine-start` when the program fails. */
export async function compactBlocks(folder: string, binary: string): Promise<Compaction> {
  const before = engineBytes(folder)
  trimWriteAhead(folder)
  for (let run = 0; run < RUNS; run++) {
    try {
      await promisify(execFile)(binary, ['experimental-compact-goleveldb', '--home', folder], {
        cwd: folder,
        env: {},
        timeout: LONGEST_MS,
        maxBuffer: 1 << 24,
      })
    } catch (cause) {
      throw ledgerFailure('engine-start', `the blocks cannot be compacted: ${(cause as Error).message}`, { cause })
    }
  }
  return { before, after: engineBytes(folder) }
}

/** Bytes of what CometBFT keeps in its folder. */
export function engineBytes(folder: string): number {
  return bytesIn(join(folder, 'data'))
}

function bytesIn(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isDirectory()) return stat.size
  // CometBFT removes files of its own at any time.
  const names = existsSync(path) ? readdirSync(path) : []
  return names.reduce((sum, name) => sum + bytesIn(join(path, name)), 0)
}
