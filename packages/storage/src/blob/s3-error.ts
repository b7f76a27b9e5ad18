/** Names what S3 and the way to it say. */
import { Failure } from '@mingzheng/kernel'
import { type StorageCode, storageFailure } from '../storage-failure.ts'

const BY_NAME: Record<string, [StorageCode, string]> = {
  NoSuchKey: ['blob-missing', 'there is no such blob'],
  NotFound: ['blob-missing', 'there is no such blob'],
  PreconditionFailed: ['blob-exists', 'there is already a blob of this name'],
  ConditionalRequestConflict: ['blob-exists', 'another put of this name is under way'],
  InvalidRange: ['blob-range-wrong', 'the range lies outside the blob'],
  AccessDenied: ['blob-storage-read-only', 'the bucket does not allow this'],
  QuotaExceeded: ['blob-storage-full', 'the bucket has no room left'],
  EntityTooLarge: ['blob-storage-full', 'the bucket takes nothing that large'],
}

/** Any error of a store as a failure with one of our codes; aborts and the source's own errors pass through. */
export function namedS3Error(error: unknown, key: string): Failure {
  if (error instanceof Failure) return error
  const { name, $metadata, code } = (error ?? {}) as {
    name?: string
    code?: string
    $metadata?: { httpStatusCode?: number }
  }
  const known = BY_NAME[name ?? ''] ?? ($metadata?.httpStatusCode === 404 ? BY_NAME.NotFound : undefined)
  if (known !== undefined) return storageFailure(known[0], known[1], { cause: error, field: key })
  if ($metadata === undefined && code === undefined) throw error
  return storageFailure('blob-storage-failed', `the blob store did not answer (${code ?? name})`, {
    cause: error,
    field: key,
    remedy: 'nothing is lost; try again when it answers',
  })
}
