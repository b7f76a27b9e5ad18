/** A log of millions of entries, made straight through the log's own append; each entry is one of `evidence.fix`. */
import { randomFillSync } from 'node:crypto'
import { join } from 'node:path'
import { type Bytes, randomBytes } from '@mingzheng/kernel'
import { encodeEntry } from '@mingzheng/proof'
import { Log, type LogState } from '../../packages/ledger/src/log/log.ts'
import { type LedgerFiles, openDiskFiles } from '../../packages/ledger/src/storage/ledger-files.ts'

const FIELDS = [16, 32, 32, 32] as const
const EMPTY: LogState = { size: 0, sha256: [], sm3: [] }

export interface LongLog {
  readonly folder: string
  readonly log: Log
  /** Grows it to so many entries, all of them on disk. */
  grow(size: number): Promise<void>
  close(): Promise<void>
}

/** Opens a log at a state, as a node that starts does. */
export function openLog(folder: string, state: LogState, files: LedgerFiles): Log {
  const faulty = (error: unknown) => {
    if (error !== null) throw error
  }
  return new Log({ files, folder: join(folder, 'log'), retryMs: 500, faulty }, state)
}

export function newLog(folder: string): LongLog {
  const disk = openDiskFiles()
  // What a bench makes need not outlive the machine.
  const files = { ...disk, store: (path: string, bytes: Bytes) => disk.store(path, bytes, false) }
  const log = openLog(folder, EMPTY, files)
  const next = entries()
  return {
    folder,
    log,
    async grow(size) {
      while (log.size < size) {
        for (let i = 0; i < 1024 && log.size < size; i++) log.append(next())
        await log.room()
        await new Promise((resolve) => setImmediate(resolve))
      }
      const settled = await log.settle()
      settled()
    },
    async close() {
      log.close()
      await disk.close()
    },
  }
}

/** Entries that differ in id, commitments and number: one encoding, whose random parts are written anew. */
function entries(): () => Bytes {
  const [id, c, s, n] = FIELDS.map((length) => randomBytes(length)) as [Bytes, Bytes, Bytes, Bytes]
  const body = { c, s, n }
  const first = encodeEntry({ kind: 'evidence.fix', id, actor: randomBytes(16), time: 1_764_000_000_000, body })
  const places = [id, c, s, n].map((part) => ({ at: Buffer.from(first).indexOf(part), length: part.length }))
  const pool = Buffer.alloc(112 * 4096)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    const entry = first.slice()
    for (const { at, length } of places) {
      entry.set(pool.subarray(used, used + length), at)
      used += length
    }
    return entry
  }
}
