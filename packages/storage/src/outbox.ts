/**
 * What must reach another system leaves through here: a row written in the same transaction as the fact it tells of,
 * delivered at least once, in order of writing unless an item has to wait for a second try. The item's id is stable:
 * the receiver makes "at least once" into "once" by it.
 */
import { type Clock, type Id, newId } from '@mingzheng/kernel'
import { type Kysely, sql, type Transaction } from 'kysely'

export interface OutboxTable {
  id: string
  channel: string
  payload: unknown
  created_at: Date
  attempts: number
  due_at: Date
  delivered_at: Date | null
  abandoned_at: Date | null
  last_error: string | null
}

export interface OutboxItem {
  /** Stable over every attempt. */
  id: Id
  channel: string
  payload: unknown
  /** Attempts before this one. */
  attempts: number
  createdAt: number
}

/** `abandon` gives up for good; the item stays, marked. Anything thrown means "later". */
export type Delivery = 'delivered' | 'abandon'

/** Puts an item into the outbox. It exists exactly if `tx` commits. `id` may be given to make two tries one item. */
export async function postToOutbox<Schema>(
  tx: Transaction<Schema>,
  clock: Clock,
  item: { channel: string; payload: unknown; id?: Id; dueAt?: number },
): Promise<Id> {
  const now = clock.now()
  const id = item.id ?? newId(now)
  await sql`
    insert into outbox (id, channel, payload, created_at, due_at)
    values (${id}, ${item.channel}, ${JSON.stringify(item.payload)}::jsonb, ${new Date(now)}, ${new Date(item.dueAt ?? now)})
    on conflict do nothing`.execute(tx)
  return id
}

export interface OutboxWorker {
  /** Looks at once instead of at the next tick; call it after a commit. */
  nudge(): void
  /** Delivers what is due now and returns how many items were settled. For tests and shutdown. */
  drain(): Promise<number>
  stop(): Promise<void>
}

export interface OutboxWorkerOptions<Schema> {
  db: Kysely<Schema>
  channel: string
  clock: Clock
  deliver(item: OutboxItem, signal: AbortSignal): Promise<Delivery>
  /** Items taken at a time; they stay locked while they are delivered. Default 64. */
  batch?: number
  /** Items of a batch delivered side by side. Default 1, which keeps the order. */
  concurrency?: number
  /** Rest between looks. Default 1,000. Null: it looks only when `drain` is called. */
  intervalMs?: number | null
  /** Told of failed attempts; the item waits longer after each. */
  onFailure?: (item: OutboxItem | null, error: unknown) => void
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 5 * 60_000
const TIDY_MS = 3_600_000
/** Delivered items are kept so long, for questions. */
const KEEP_MS = 30 * 86_400_000

/** Wait before attempt `attempts + 1`: 1 s, 2 s, 4 s ... 5 min. */
export function outboxWait(attempts: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 20))
}

/**
 * Delivers one channel until stopped. Several workers share a channel without meeting: rows are locked while they are
 * under way, and a worker that dies lets go of them at once. With the database gone it keeps trying.
 */
export function startOutboxWorker<Schema>(options: OutboxWorkerOptions<Schema>): OutboxWorker {
  const stopping = new AbortController()
  let wake: () => void = () => undefined
  let nudged = false
  let tidiedAt = 0
  let turn: Promise<number> = Promise.resolve(0)

  const once = () => {
    turn = turn.then(
      () => deliverBatch(options, stopping.signal),
      () => deliverBatch(options, stopping.signal),
    )
    return turn
  }
  const loop = (async () => {
    while (!stopping.signal.aborted && options.intervalMs !== null) {
      let settled = 0
      try {
        settled = await once()
      } catch (error) {
        options.onFailure?.(null, error)
      }
      if (settled > 0 || nudged) {
        nudged = false
        continue
      }
      const now = options.clock.now()
      if (now - tidiedAt > TIDY_MS) {
        tidiedAt = now
        await tidyOutbox(options.db, new Date(now - KEEP_MS)).catch((error: unknown) =>
          options.onFailure?.(null, error),
        )
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, options.intervalMs ?? 1_000)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  })()
  return {
    nudge() {
      nudged = true
      wake()
    },
    async drain() {
      let total = 0
      for (let settled = await once(); settled > 0; settled = await once()) total += settled
      return total
    },
    async stop() {
      stopping.abort()
      wake()
      await loop
      await turn.catch(() => 0)
    },
  }
}

type Outcome = { item: OutboxItem; result: Delivery } | { item: OutboxItem; error: unknown }

async function deliverBatch<Schema>(options: OutboxWorkerOptions<Schema>, signal: AbortSignal): Promise<number> {
  if (signal.aborted) return 0
  return options.db.transaction().execute(async (tx) => {
    // Deliveries go over the network while these rows are held; the server's forgotten-transaction limit is not for us.
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx)
    const items = await takeDue(tx, options)
    const outcomes: Outcome[] = []
    const waiting = [...items]
    const run = async () => {
      for (let item = waiting.shift(); item !== undefined && !signal.aborted; item = waiting.shift()) {
        try {
          outcomes.push({ item, result: await options.deliver(item, signal) })
        } catch (error) {
          outcomes.push({ item, error })
          options.onFailure?.(item, error)
        }
      }
    }
    await Promise.all(Array.from({ length: options.concurrency ?? 1 }, run))
    for (const outcome of outcomes) await settle(tx, outcome, options.clock)
    return outcomes.filter((outcome) => 'result' in outcome).length
  })
}

async function takeDue<Schema>(tx: Transaction<Schema>, options: OutboxWorkerOptions<Schema>): Promise<OutboxItem[]> {
  const { rows } = await sql<OutboxTable>`
    select * from outbox
    where channel = ${options.channel} and delivered_at is null and abandoned_at is null
      and due_at <= ${new Date(options.clock.now())}
    order by due_at, id limit ${options.batch ?? 64} for update skip locked`.execute(tx)
  return rows.map((row) => ({
    id: row.id as Id,
    channel: row.channel,
    payload: row.payload,
    attempts: row.attempts,
    createdAt: row.created_at.getTime(),
  }))
}

async function settle<Schema>(tx: Transaction<Schema>, outcome: Outcome, clock: Clock): Promise<void> {
  const { id, attempts } = outcome.item
  const now = new Date(clock.now())
  if ('error' in outcome) {
    const due = new Date(clock.now() + outboxWait(attempts))
    const code = (outcome.error as { code?: unknown }).code
    const words = typeof code === 'string' ? code : outcome.error instanceof Error ? outcome.error.name : 'failed'
    await sql`update outbox set attempts = attempts + 1, due_at = ${due}, last_error = ${words} where id = ${id}`.execute(
      tx,
    )
  } else if (outcome.result === 'delivered') {
    await sql`update outbox set attempts = attempts + 1, delivered_at = ${now}, last_error = null where id = ${id}`.execute(
      tx,
    )
  } else {
    await sql`update outbox set attempts = attempts + 1, abandoned_at = ${now} where id = ${id}`.execute(tx)
  }
}

/** Forgets items delivered before `before`; what was not delivered is never forgotten. */
export async function tidyOutbox<Schema>(db: Kysely<Schema>, before: Date): Promise<number> {
  const done = await sql`delete from outbox where delivered_at < ${before}`.execute(db)
  return Number(done.numAffectedRows ?? 0n)
}

/** How many items wait, and since when the oldest does. */
export async function outboxBacklog<Schema>(
  db: Kysely<Schema>,
  channel: string,
): Promise<{ waiting: number; oldest: number | null; abandoned: number }> {
  const { rows } = await sql<{ waiting: string; oldest: Date | null; abandoned: string }>`
    select count(*) filter (where abandoned_at is null) as waiting,
      min(created_at) filter (where abandoned_at is null) as oldest,
      count(*) filter (where abandoned_at is not null) as abandoned
    from outbox where channel = ${channel} and delivered_at is null`.execute(db)
  const row = rows[0]!
  return { waiting: Number(row.waiting), oldest: row.oldest?.getTime() ?? null, abandoned: Number(row.abandoned) }
}
