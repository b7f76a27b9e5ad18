/** For tests: numbers, writes and posts in one transaction, over and over, telling each commit, until it is killed. */
import { systemClock } from '@mingzheng/kernel'
import { sql } from 'kysely'
import { openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { postToOutbox } from './outbox.ts'
import { nextSerial } from './serial.ts'
import { storageMigrations } from './storage-migrations.ts'

const db = await openDatabase<unknown>({ source: { folder: process.argv[2] ?? '' }, settings: { fsync: 'off' } })
await migrate(db.system, storageMigrations)
await sql`create table if not exists fact (n bigint primary key)`.execute(db.system)
process.stdout.write(`server ${db.embedded?.pid}\n`)
for (;;) {
  try {
    const n = await db.system.transaction().execute(async (tx) => {
      const number = await nextSerial(tx, 'fact')
      await sql`insert into fact values (${number})`.execute(tx)
      await postToOutbox(tx, systemClock, { channel: 'fact', payload: { n: number } })
      return number
    })
    process.stdout.write(`fact ${n}\n`)
  } catch {
    // The database is away; what was under way is not acknowledged.
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
