/** For tests: starts a database in a folder, writes to it, tells the server's number, and waits to be killed. */
import { sql } from 'kysely'
import { openDatabase } from '../database.ts'

const db = await openDatabase<unknown>({ source: { folder: process.argv[2] ?? '' }, settings: { fsync: 'off' } })
await sql`create table a (n int)`.execute(db.system)
await sql`insert into a values (1)`.execute(db.system)
process.stdout.write(`${db.embedded?.pid}\n`)
setInterval(() => undefined, 1000)
