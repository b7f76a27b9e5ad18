/** One process at a time per ledger folder. The lock is SQLite's own exclusive lock, which dies with its process. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ledgerFailure } from '../failure-codes.ts'
import { named } from './ledger-files.ts'

export interface FolderLock {
  release(): void
}

/** Takes the folder. Throws `ledger-in-use` when it is open already, here or in another process. */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'lock.sqlite')
  const database = named(path, () => new DatabaseSync(path, { timeout: 0 }))
  try {
    // In rollback mode the write lock of a transaction left open is a lock of the operating system on the file: it
    // survives nothing, not even kill -9, and leaves no stale file behind that somebody must judge.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw cause
    throw ledgerFailure('ledger-in-use', `${folder} is open in another process`, {
      cause,
      remedy: 'stop the other process, or give this one another --data folder',
    })
  }
  return { release: () => database.close() }
}

const SQLITE_BUSY = 5
