/** Which failures pass by themselves: work waits for them and goes on. Everything else is a fault to be seen. */
import { Failure } from '@mingzheng/kernel'

const PASSING: ReadonlySet<string> = new Set([
  'blob-storage-failed',
  'blob-storage-full',
  'blob-storage-read-only',
  'clock-not-trusted',
  'database-conflict',
  'database-disk-full',
  'database-read-only',
  'database-statement-timeout',
  'database-unavailable',
  'ledger-busy',
  'ledger-unreachable',
  'ledger-wait-timeout',
  'storage-fault',
  'storage-full',
  'storage-read-only',
  'timestamp-unreachable',
])

/** Whether trying again later is all there is to do: a full disk, a database or an authority that is away. */
export function passesByItself(error: unknown): error is Failure {
  return error instanceof Failure && PASSING.has(error.code)
}
