/** How storage fails: a closed union of codes, and the translation from what PostgreSQL and the system say. */
import { Failure, type FailureOptions } from '@mingzheng/kernel'

export type StorageCode =
  | 'blob-exists'
  | 'blob-key-malformed'
  | 'blob-locked'
  | 'blob-missing'
  | 'blob-range-wrong'
  | 'blob-size-wrong'
  | 'blob-storage-failed'
  | 'blob-storage-full'
  | 'blob-storage-read-only'
  | 'database-binaries-missing'
  | 'database-conflict'
  | 'database-disk-full'
  | 'database-folder-in-use'
  | 'database-folder-unreachable'
  | 'database-not-empty'
  | 'database-read-only'
  | 'database-role-missing'
  | 'database-start-failed'
  | 'database-statement-timeout'
  | 'database-text-refused'
  | 'database-too-old'
  | 'database-unavailable'
  | 'database-version-differs'
  | 'dump-malformed'
  | 'job-unknown'
  | 'migration-changed'
  | 'migration-failed'

/** The base failure narrowed to this package's codes. */
export function storageFailure(code: StorageCode, message: string, options: FailureOptions = {}): Failure<StorageCode> {
  return new Failure(code, message, options)
}

const RETRY = 'nothing is lost; work resumes by itself when the database answers again'

/** SQLSTATE classes and codes (PostgreSQL manual, appendix A) that mean something to a caller. */
const BY_STATE: [RegExp, StorageCode, string, string][] = [
  [/^(08...|57P0[1-5]|53300)$/, 'database-unavailable', 'the database does not answer', RETRY],
  [/^57014$/, 'database-statement-timeout', 'the statement took too long', 'narrow the request'],
  [/^(55P03)$/, 'database-statement-timeout', 'a lock was not granted in time', 'try again'],
  [
    /^(53100|53200)$/,
    'database-disk-full',
    'the database has no room left',
    'free disk space; writing resumes by itself',
  ],
  [/^(25006)$/, 'database-read-only', 'the database accepts no writes', 'make it writable; writing resumes by itself'],
  // 22021 and 22P05: a NUL in a text or in JSON, which PostgreSQL cannot hold.
  [/^(22021|22P05)$/, 'database-text-refused', 'a text holds a NUL character', 'leave it out'],
  [/^(40001|40P01)$/, 'database-conflict', 'two transactions met', 'try again'],
]

const CONNECTION_ERRORS = /^(ECONN\w+|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/
const CONNECTION_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered|not queryable/
/** An input-output error of the server's own storage (58030), which carries the system's words. */
const FULL = /No space left on device|Disk quota exceeded/
const READ_ONLY = /Read-only file system/

/** Names an error of the driver. What is none of ours (a broken constraint, say) comes back as it is. */
export function namedDatabaseError(error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error
  const code = String((error as { code?: unknown }).code ?? '')
  if (FULL.test(error.message)) {
    return storageFailure('database-disk-full', 'the database has no room left', {
      cause: error,
      remedy: 'free disk space; writing resumes by itself',
    })
  }
  if (READ_ONLY.test(error.message)) {
    return storageFailure('database-read-only', 'the database cannot write', {
      cause: error,
      remedy: 'make it writable',
    })
  }
  const known = BY_STATE.find(([state]) => state.test(code))
  if (known !== undefined) return storageFailure(known[1], known[2], { cause: error, remedy: known[3] })
  if (CONNECTION_ERRORS.test(code) || CONNECTION_WORDS.test(error.message)) {
    return storageFailure('database-unavailable', 'the database does not answer', { cause: error, remedy: RETRY })
  }
  return error
}

/** Names an error of the file system under a blob. */
export function namedFileError(error: unknown, key: string): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error
  const code = String((error as { code?: unknown }).code ?? '')
  const options = { cause: error, field: key }
  if (code === 'ENOENT') return storageFailure('blob-missing', `there is no blob ${key}`, options)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return storageFailure('blob-storage-full', 'the blob folder has no room left', {
      ...options,
      remedy: 'free disk space and try again',
    })
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return storageFailure('blob-storage-read-only', 'the blob folder cannot be written', {
      ...options,
      remedy: 'make the folder writable and try again',
    })
  }
  if (code === '') return error
  return storageFailure('blob-storage-failed', `the blob folder failed (${code})`, options)
}
