import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '@mingzheng/kernel/testing'
import { sql } from 'kysely'
import { openDatabase } from './database.ts'
import { lastSerial } from './serial.ts'

const KILLS = 8
const SEED = 20261124

/** Runs a program that numbers, writes and posts in one transaction, and kills it or its database in the middle. */
async function runAndKill(folder: string, victim: 'program' | 'database' | 'both', afterMs: number): Promise<number[]> {
  const script = fileURLToPath(new URL('./killed-writer.ts', import.meta.url))
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const acknowledged: number[] = []
  let serverPid = 0
  const lines = createInterface({ input: child.stdout })
  const started = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const [kind, value] = line.split(' ')
      if (kind === 'server') serverPid = Number(value)
      else acknowledged.push(Number(value))
      if (acknowledged.length === 3) resolve()
    })
  })
  await started
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  if (victim !== 'program') process.kill(serverPid, 'SIGKILL')
  if (victim === 'database') {
    // The program goes on by itself when its database is back.
    const before = acknowledged.length
    for (let i = 0; i < 400 && acknowledged.length < before + 3; i++)
      await new Promise((resolve) => setTimeout(resolve, 50))
    assert.ok(acknowledged.length >= before + 3, 'the program did not go on')
  }
  child.kill('SIGKILL')
  await once(child, 'exit')
  lines.close()
  return acknowledged
}

test(`nothing acknowledged is lost, doubled or half done by ${KILLS} kills (seed ${SEED})`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mz-kill-'))
  const random = seededRandom(String(SEED))
  const acknowledged: number[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const [which, when] = random(2)
    const victim = (['program', 'database', 'both'] as const)[which! % 3]!
    acknowledged.push(...(await runAndKill(folder, victim, when!)))
  }
  const db = await openDatabase<unknown>({ source: { folder }, settings: { fsync: 'off' } })
  const facts = (await sql<{ n: number }>`select n::int as n from fact order by n`.execute(db.system)).rows.map(
    (row) => row.n,
  )
  const posted = await sql<{ n: number }>`select (payload ->> 'n')::int as n from outbox order by 1`.execute(db.system)
  // Numbers without gap or repeat; every fact posted once; every acknowledged number there.
  assert.deepEqual(
    facts,
    Array.from({ length: facts.length }, (_, i) => i + 1),
  )
  assert.equal(await lastSerial(db.system, 'fact'), facts.length)
  assert.deepEqual(
    posted.rows.map((row) => row.n),
    facts,
  )
  assert.equal(new Set(acknowledged).size, acknowledged.length)
  for (const n of acknowledged) assert.ok(n <= facts.length)
  await db.close()
  await rm(folder, { recursive: true, force: true })
})
