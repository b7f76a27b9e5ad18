import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type ProcessPlan, supervise } from './supervised-process.ts'

const SERVER = `
import { appendFileSync } from 'node:fs'
const note = (line) => appendFileSync(process.env.NOTES, line + '\\n')
process.on('SIGTERM', () => { note('stopped in order'); process.exit(0) })
setInterval(() => {}, 1000)
note('started')
console.log('words that are no message')
console.log(JSON.stringify({ ready: true, url: 'http://127.0.0.1:1', extra: 7 }))
`

describe('a supervised process', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-supervise-'))
    await writeFile(join(folder, 'server.mjs'), SERVER)
    await writeFile(join(folder, 'refuses.mjs'), `console.log('{"ready":false,"code":"disk-full","detail":"no room"}')`)
    await writeFile(
      join(folder, 'moody.mjs'),
      `import { existsSync } from 'node:fs'
       if (existsSync(process.env.MOOD)) process.exit(1)
       setInterval(() => {}, 1000)
       console.log('{"ready":true,"url":"http://127.0.0.1:1"}')`,
    )
    await writeFile(join(folder, 'dies.mjs'), 'process.exit(7)')
    await writeFile(join(folder, 'hangs.mjs'), 'setInterval(() => {}, 1000)')
  })
  after(() => rm(folder, { recursive: true }))

  const plan = (program: string, more: Partial<ProcessPlan> = {}): ProcessPlan => ({
    name: program,
    node: process.execPath,
    program: join(folder, program),
    environment: { ...process.env, NOTES: join(folder, `${program}.notes`) },
    logFile: join(folder, 'log'),
    startWithin: 20_000,
    onRestart: () => {},
    ...more,
  })
  const notes = async (program: string) => (await readFile(join(folder, `${program}.notes`), 'utf8')).trim().split('\n')

  test('is ready when it says so, and stops in order', async () => {
    const child = await supervise(plan('server.mjs'))
    assert.equal(child.ready.url, 'http://127.0.0.1:1')
    assert.equal(child.ready.extra, 7)
    await child.stop()
    assert.equal(child.pid(), null)
    assert.deepEqual(await notes('server.mjs'), ['started', 'stopped in order'])
  })

  test('is started again when it is killed outright', async () => {
    const restarted = Promise.withResolvers<string>()
    const child = await supervise(plan('server.mjs', { onRestart: (reason) => restarted.resolve(reason) }))
    const before = child.pid()
    process.kill(before!, 'SIGKILL')
    assert.equal(await restarted.promise, 'SIGKILL')
    while (child.pid() === null) await pause(20)
    assert.notEqual(child.pid(), before)
    await child.stop()
  })

  test('is down while something is done to its data, and up again after', async () => {
    const child = await supervise(plan('server.mjs'))
    let during: number | null = -1
    await child.pausedFor(async () => {
      during = child.pid()
    })
    assert.equal(during, null)
    assert.notEqual(child.pid(), null)
    await child.stop()
  })

  test('comes back later when it cannot start right after such a pause', async () => {
    const child = await supervise(plan('moody.mjs', { environment: { ...process.env, MOOD: join(folder, 'mood') } }))
    await child.pausedFor(() => writeFile(join(folder, 'mood'), 'bad'))
    assert.equal(child.pid(), null)
    await rm(join(folder, 'mood'))
    while (child.pid() === null) await pause(20)
    await child.stop()
  })

  test('a refusal to start keeps its code', async () => {
    await assert.rejects(supervise(plan('refuses.mjs')), { code: 'disk-full' })
  })

  test('a child that dies or hangs while starting is a failed start', async () => {
    await assert.rejects(supervise(plan('dies.mjs')), { code: 'start-failed' })
    await assert.rejects(supervise(plan('hangs.mjs', { startWithin: 300 })), { code: 'start-failed' })
  })

  test('does not outlive a parent that is killed outright', async () => {
    const parent = join(folder, 'parent.mjs')
    const module = new URL('./supervised-process.ts', import.meta.url).href
    await writeFile(
      parent,
      `import { supervise } from ${JSON.stringify(module)}
       const child = await supervise({ ...${JSON.stringify(plan('server.mjs'))}, onRestart() {} })
       console.log(child.pid())
       setInterval(() => {}, 1000)`,
    )
    const { spawn } = await import('node:child_process')
    const running = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(running.stdout, 'data')) as [Buffer]
    const orphan = Number(line.toString())
    running.kill('SIGKILL')
    for (let tries = 0; tries < 200 && isAlive(orphan); tries += 1) await pause(25)
    assert.equal(isAlive(orphan), false)
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
