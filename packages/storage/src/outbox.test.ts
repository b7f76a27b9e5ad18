import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@mingzheng/kernel'
import type { Database } from './database.ts'
import { type OutboxItem, outboxBacklog, outboxWait, postToOutbox, startOutboxWorker, tidyOutbox } from './outbox.ts'
import { testDatabase } from './testing.ts'

async function withOutbox(body: (db: Database<unknown>, clock: ReturnType<typeof manualClock>) => Promise<void>) {
  const db = await testDatabase<unknown>()
  try {
    await body(db, manualClock(1_800_000_000_000))
  } finally {
    await db.close()
  }
}

/** A worker that only moves when told. */
function worker(db: Database<unknown>, clock: ReturnType<typeof manualClock>, deliver: (item: OutboxItem) => unknown) {
  return startOutboxWorker({
    db: db.system,
    channel: 'webhook',
    clock,
    intervalMs: null,
    async deliver(item) {
      return (await deliver(item)) === 'abandon' ? 'abandon' : 'delivered'
    },
  })
}

const post = (db: Database<unknown>, clock: ReturnType<typeof manualClock>, payload: unknown) =>
  db.system.transaction().execute((tx) => postToOutbox(tx, clock, { channel: 'webhook', payload }))

test('what a transaction posts is delivered in order, once it has committed', () =>
  withOutbox(async (db, clock) => {
    for (const n of [1, 2, 3]) {
      clock.advance(1)
      await post(db, clock, { n })
    }
    const seen: unknown[] = []
    const running = worker(db, clock, (item) => seen.push(item.payload))
    await running.drain()
    assert.deepEqual(seen, [{ n: 1 }, { n: 2 }, { n: 3 }])
    await running.drain()
    assert.equal(seen.length, 3)
    await running.stop()
  }))

test('what a transaction posts and takes back is never delivered', () =>
  withOutbox(async (db, clock) => {
    const work = db.system.transaction().execute(async (tx) => {
      await postToOutbox(tx, clock, { channel: 'webhook', payload: 1 })
      throw new Error('no')
    })
    await assert.rejects(work, /no/)
    assert.equal((await outboxBacklog(db.system, 'webhook')).waiting, 0)
  }))

test('the same id twice is one item', () =>
  withOutbox(async (db, clock) => {
    const id = await post(db, clock, 1)
    await db.system.transaction().execute((tx) => postToOutbox(tx, clock, { channel: 'webhook', payload: 2, id }))
    assert.equal((await outboxBacklog(db.system, 'webhook')).waiting, 1)
  }))

test('a delivery that fails is tried again later, with the same id, and holds up nobody', () =>
  withOutbox(async (db, clock) => {
    const first = await post(db, clock, 'bad')
    clock.advance(1)
    await post(db, clock, 'good')
    const seen: string[] = []
    let failing = true
    const running = worker(db, clock, (item) => {
      seen.push(`${item.payload} ${item.attempts} ${item.id === first}`)
      if (item.payload === 'bad' && failing) throw new Error('refused')
    })
    await running.drain()
    assert.deepEqual(seen, ['bad 0 true', 'good 0 false'])
    failing = false
    clock.advance(outboxWait(0) - 1)
    await running.drain()
    assert.equal(seen.length, 2)
    clock.advance(1)
    await running.drain()
    assert.equal(seen[2], 'bad 1 true')
    assert.equal((await outboxBacklog(db.system, 'webhook')).waiting, 0)
    await running.stop()
  }))

test('waits grow up to five minutes', () => {
  assert.deepEqual([0, 1, 2, 9, 100].map(outboxWait), [1_000, 2_000, 4_000, 300_000, 300_000])
})

test('an item that is given up stays, marked, and is not tried again', () =>
  withOutbox(async (db, clock) => {
    await post(db, clock, 1)
    let calls = 0
    const running = worker(db, clock, () => {
      calls++
      return 'abandon'
    })
    await running.drain()
    clock.advance(86_400_000)
    await running.drain()
    assert.equal(calls, 1)
    assert.deepEqual(await outboxBacklog(db.system, 'webhook'), { waiting: 0, oldest: null, abandoned: 1 })
    assert.equal(await tidyOutbox(db.system, new Date(clock.now())), 0)
    await running.stop()
  }))

test('two workers share a channel without delivering anything twice', () =>
  withOutbox(async (db, clock) => {
    for (let n = 0; n < 200; n++) await post(db, clock, n)
    const seen: unknown[] = []
    const deliver = async (item: OutboxItem) => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      seen.push(item.payload)
    }
    const workers = [worker(db, clock, deliver), worker(db, clock, deliver)]
    await Promise.all(workers.map((one) => one.drain()))
    await Promise.all(workers.map((one) => one.drain()))
    assert.equal(seen.length, 200)
    assert.equal(new Set(seen).size, 200)
    for (const one of workers) await one.stop()
  }))

test('an item whose delivery succeeded but was not noted is delivered again: at least once, never lost', () =>
  withOutbox(async (db, clock) => {
    await post(db, clock, 1)
    const seen: string[] = []
    // The connection is lost between the delivery and its note.
    const { sql } = await import('kysely')
    let cut = true
    const running = worker(db, clock, async (item) => {
      seen.push(item.id)
      if (!cut) return
      cut = false
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where state = 'idle in transaction' and datname = current_database()`.execute(db.system)
    })
    await assert.rejects(running.drain())
    await running.drain()
    await running.stop()
    assert.equal(seen.length, 2)
    assert.equal(seen[0], seen[1])
  }))

test('a person’s request can post but cannot read what others posted', () =>
  withOutbox(async (db, clock) => {
    const { sql } = await import('kysely')
    await db.people.transaction().execute((tx) => postToOutbox(tx, clock, { channel: 'webhook', payload: 1 }))
    assert.equal((await outboxBacklog(db.system, 'webhook')).waiting, 1)
    await assert.rejects(sql`select payload from outbox`.execute(db.people), /permission denied/)
    await assert.rejects(sql`update outbox set delivered_at = now()`.execute(db.people), /permission denied/)
  }))
