/**
 * Keeps what is fixed from being removed: every package and handed-in file is locked in the store until retention ends, and held
 * there as long as a legal hold lies on its evidence. The way from a manifest to a package locks at once; here the rest is told to
 * the store: what came before, earlier editions of a number, longer retention, holds. A lock is never shortened.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Clock, Failure } from '@mingzheng/kernel'
import { type BlobStore, outboxWait } from '@mingzheng/storage'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { EvidenceTables } from '../register/schema.ts'
import type { KeptBlobTable } from './kept-blobs.ts'

export interface KeepingOptions {
  db: Kysely<EvidenceTables>
  clock: Clock
  blobs: Pick<BlobStore, 'lock' | 'setHold'>
  /** Milliseconds from the ledger time of the newest edition. */
  retentionMs: number
  /** Rest between turns. Default 5,000. */
  idleMs?: number
  onError(error: unknown, blobKey: string): void
}

export interface KeepingService {
  start(): void
  stop(): Promise<void>
  /** One turn, whole: tells the store everything that is due. */
  turn(): Promise<void>
  /** A blob was put anew, such as from a custodian: nothing lies on it yet. */
  again(blobKey: string): Promise<void>
}

type Row = Selectable<KeptBlobTable>

const ROWS_AT_ONCE = 200
/** The longest rest between tries of one row. */
const LONGEST_REST_MS = 300_000

export function createKeepingService(options: KeepingOptions): KeepingService {
  const { db, clock, blobs } = options
  const stopping = new AbortController()
  const { signal } = stopping
  let loop: Promise<void> | null = null
  let turning: Promise<void> = Promise.resolve()

  async function attempt(row: Row, step: () => Promise<{ locked_until?: Date; held?: boolean }>): Promise<void> {
    signal.throwIfAborted()
    let change: Partial<Pick<Row, 'locked_until' | 'held' | 'attempts' | 'due_at' | 'problem'>>
    try {
      change = { ...(await step()), attempts: 0, problem: null }
    } catch (error) {
      options.onError(error, row.blob_key)
      const due_at = new Date(clock.now() + Math.min(LONGEST_REST_MS, outboxWait(row.attempts)))
      change = { attempts: row.attempts + 1, due_at, problem: error instanceof Failure ? error.code : 'failed' }
    }
    await db.updateTable('kept_blob').set(change).where('blob_key', '=', row.blob_key).execute()
  }

  const due = () =>
    db
      .selectFrom('kept_blob')
      .selectAll()
      .where('due_at', '<=', new Date(clock.now()))
      .orderBy('due_at')
      .limit(ROWS_AT_ONCE)
  const lying = () => db.selectFrom('custody_legal_hold').select('number').where('lifted_at', 'is', null)

  /** Everything of one kind that is due: every step either takes its row out or puts it off. */
  async function all(rows: () => ReturnType<typeof due>, step: (row: Row) => Promise<void>): Promise<void> {
    for (;;) {
      const found = await rows().execute()
      for (const row of found) await step(row)
      if (found.length < ROWS_AT_ONCE) return
    }
  }

  async function once(): Promise<void> {
    await all(
      () => due().where(sql<boolean>`(locked_until is null or locked_until < wanted_until)`),
      (row) =>
        attempt(row, async () => {
          // What is over already needs no lock, and a bucket would refuse one.
          if (row.wanted_until.getTime() > clock.now()) await blobs.lock(row.blob_key, row.wanted_until.getTime())
          return { locked_until: row.wanted_until }
        }),
    )
    for (const held of [true, false]) {
      await all(
        () =>
          due()
            .where('held', '=', !held)
            .where('number', held ? 'in' : 'not in', lying()),
        (row) =>
          attempt(row, async () => {
            await blobs.setHold(row.blob_key, held)
            return { held }
          }),
      )
    }
  }

  const turn = () => {
    turning = turning.then(once, once)
    return turning
  }
  return {
    turn,
    start() {
      loop ??= (async () => {
        let raised = false
        while (!signal.aborted) {
          try {
            if (!raised) await raiseTo(db, options.retentionMs)
            raised = true
            await turn()
          } catch (error) {
            if (!signal.aborted) options.onError(error, '')
          }
          await pause(options.idleMs ?? 5_000, undefined, { signal }).catch(() => undefined)
        }
      })()
    },
    async stop() {
      stopping.abort()
      await loop
      await turning.catch(() => undefined)
    },
    async again(blobKey) {
      const due_at = new Date(clock.now())
      await db
        .updateTable('kept_blob')
        .set({ locked_until: null, held: false, due_at })
        .where('blob_key', '=', blobKey)
        .execute()
      await turn().catch((error: unknown) => options.onError(error, blobKey))
    },
  }
}

/** Longer retention reaches what is kept already; shorter retention does not. */
async function raiseTo(db: Kysely<EvidenceTables>, retentionMs: number): Promise<void> {
  const retention = sql`make_interval(secs => ${retentionMs / 1000})`
  await sql`update kept_blob set wanted_until = counts_from + ${retention}
    where wanted_until < counts_from + ${retention}`.execute(db)
}
