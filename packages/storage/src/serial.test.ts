import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from './database.ts'
import { lastSerial, nextSerial, raiseSerial } from './serial.ts'
import { testDatabase } from './testing.ts'

async function withDatabase(body: (db: Database<unknown>) => Promise<void>): Promise<void> {
  const db = await testDatabase<unknown>()
  try {
    await body(db)
  } finally {
    await db.close()
  }
}

test('numbers are given without gap or repeat by many transactions at once, some of which fail', () =>
  withDatabase(async (db) => {
    const given: number[] = []
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const work = db.people.transaction().execute(async (tx) => {
          const number = await nextSerial(tx, 'certificate/330000/2026')
          if (i % 3 === 0) throw new Error('changed my mind')
          return number
        })
        const number = await work.catch(() => null)
        if (number !== null) given.push(number)
      }),
    )
    assert.deepEqual(
      given.sort((a, b) => a - b),
      Array.from({ length: 40 }, (_, i) => i + 1),
    )
  }))

test('counters of different names do not know each other', () =>
  withDatabase(async (db) => {
    await db.system.transaction().execute(async (tx) => {
      assert.equal(await nextSerial(tx, 'a'), 1)
      assert.equal(await nextSerial(tx, 'b'), 1)
      assert.equal(await nextSerial(tx, 'a'), 2)
    })
    assert.equal(await lastSerial(db.system, 'a'), 2)
    assert.equal(await lastSerial(db.system, 'none'), 0)
  }))

test('after a restore a counter goes on behind the last number that was used, and is never lowered', () =>
  withDatabase(async (db) => {
    await raiseSerial(db.system, 'a', 41)
    await raiseSerial(db.system, 'a', 7)
    assert.equal(await db.system.transaction().execute((tx) => nextSerial(tx, 'a')), 42)
  }))
