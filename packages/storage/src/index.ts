/**
 * Where the platform keeps things: PostgreSQL (ours in a folder, or yours), blobs (a folder, or S3), jobs, the outbox.
 * What was acknowledged is durable; writes that belong together are one transaction; a key of a blob is written once.
 * Refuses a data folder that another program uses, a database of a newer release, and keys that lead out of the store.
 * Follows the PostgreSQL 18 manual (protocol, row security, appendix A error codes) and the Amazon S3 API.
 */
export {
  type BlobInfo,
  type BlobReceipt,
  type BlobStore,
  type ByteRange,
  checkKey,
  type PutOptions,
} from './blob/blob-store.ts'
export { openBlobs } from './blob/open-blobs.ts'
export { type Database, type DatabaseOptions, type DatabaseSource, openDatabase, PEOPLE_ROLE } from './database.ts'
export { dumpDatabase } from './dump/dump-database.ts'
export { loadDatabase } from './dump/load-database.ts'
export {
  type JobContext,
  type JobStatus,
  type Jobs,
  type JobsOptions,
  openJobs,
  type QueueOptions,
} from './job/jobs.ts'
export { type MigrationSet, migrate } from './migrate.ts'
export {
  type Delivery,
  type OutboxItem,
  type OutboxWorker,
  type OutboxWorkerOptions,
  outboxBacklog,
  outboxWait,
  postToOutbox,
  startOutboxWorker,
  tidyOutbox,
} from './outbox.ts'
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './postgres/embedded-postgres.ts'
export { bigrams, foldText, searchTerms } from './search/bigrams.ts'
export { COUNT_CAP, cappedCount, comesAfter, decodeCursor, encodeCursor, type KeyValue } from './search/page.ts'
export { lastSerial, nextSerial, raiseSerial } from './serial.ts'
export { type StorageCode, storageFailure } from './storage-failure.ts'
export { storageMigrations } from './storage-migrations.ts'
export { syncFolder } from './sync-folder.ts'
