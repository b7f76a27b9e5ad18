import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { browserEnvironment, endGroup } from './end-group.ts'

describe('ending a program with everything that it started', () => {
  test('reaches its children, and what has ended already is no error', {
    skip: process.platform === 'win32',
  }, async () => {
    const keepAlive = 'setInterval(() => {}, 1000)'
    const start = `require('child_process').spawn(process.execPath, ['-e', '${keepAlive}'], { stdio: 'ignore' })`
    const script = `const child = ${start}; console.log(child.pid); ${keepAlive}`
    const program = spawn(process.execPath, ['-e', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    const [line] = (await once(program.stdout, 'data')) as [Buffer]
    const child = Number(line.toString())
    const ended = once(program, 'exit')
    await endGroup(program.pid!)
    await ended
    // A killed orphan is gone once the system's first process has collected it.
    for (let i = 0; i < 500 && isRunning(child); i++) await new Promise((done) => setTimeout(done, 10))
    assert.equal(isRunning(child), false)
    await endGroup(program.pid!)
  })

  test('on Windows asks the system’s own tool for the whole tree, by number and without a shell', async () => {
    const ran: unknown[] = []
    await endGroup(4711, 'win32', async (program, args) => void ran.push([program, ...args]))
    assert.deepEqual(ran, [['taskkill', '/PID', '4711', '/T', '/F']])
  })

  test('a browser is told of no folder but its own, on any system', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      const told = browserEnvironment('/own', platform)
      const folders = Object.entries(told).filter(([name]) => /HOME|TMP|TEMP|DATA|PROFILE/.test(name))
      assert.ok(folders.length >= 4)
      assert.ok(folders.every(([, folder]) => folder === '/own'))
      assert.equal('PATH' in told, platform !== 'win32')
    }
  })
})

/** A zombie has ended: it only waits to be collected. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^\) [ZX]/m.test(statOf(pid))
  } catch {
    return false
  }
}

function statOf(pid: number): string {
  const { readFileSync } = process.getBuiltinModule('node:fs')
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return line.slice(line.lastIndexOf(')'))
  } catch {
    return ''
  }
}
