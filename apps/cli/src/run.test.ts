import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { manualClock } from '@mingzheng/kernel'
import type { Context } from './context.ts'
import { dataFolder } from './data-folder.ts'
import { findTool } from './doctor/tool.ts'
import { languageOf } from './language.ts'
import { run } from './run.ts'

describe('the command line', () => {
  let folder: string
  let lines: string[]
  let said: string[]
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-cli-'))
  })
  after(() => rm(folder, { recursive: true }))

  const context = (more: Partial<Context> = {}): Context => {
    lines = []
    said = []
    return {
      environment: {},
      language: 'en',
      clock: manualClock(Date.parse('2026-11-24T08:00:00Z')),
      root: resolve(import.meta.dirname, '../../..'),
      workingFolder: folder,
      superuser: false,
      node: process.execPath,
      stop: new AbortController().signal,
      print: (line) => lines.push(line),
      say: (text) => said.push(text.en),
      ...more,
    }
  }

  test('lists every command in the language of the terminal', async () => {
    assert.equal(await run(context(), []), 0)
    const english = lines.join('\n')
    for (const name of ['up', 'capture', 'verify', 'trust', 'doctor', 'test', 'bench', 'help']) {
      assert.match(english, new RegExp(`\\./mingzheng ${name}\\b`))
    }
    await run(context({ language: 'zh' }), ['help'])
    assert.match(lines.join('\n'), /核验/)
  })

  test('says how a command is used', async () => {
    assert.equal(await run(context(), ['verify', '--help']), 0)
    assert.match(lines[0]!, /verify FILE/)
  })

  test('refuses a command, an option or a port that it does not know', async () => {
    assert.equal(await run(context(), ['vreify']), 64)
    assert.equal(await run(context(), ['up', '--prot', '1']), 64)
    assert.equal(await run(context(), ['up', '--port', 'high', '--data', folder]), 64)
    assert.equal(await run(context(), ['capture']), 64)
    assert.equal(await run(context(), ['trust', 'believe']), 64)
  })

  test('what is no package and what cannot be read end in 2', async () => {
    await writeFile(join(folder, 'note.txt'), 'not a package')
    assert.equal(await run(context(), ['verify', 'note.txt', '--data', folder]), 2)
    assert.equal(await run(context(), ['verify', 'missing.zip', '--data', folder]), 2)
  })

  test('a file that is no policy is not trusted, and nothing is kept of it', async () => {
    await writeFile(join(folder, 'note.txt'), 'not a policy')
    const data = join(folder, 'data')
    assert.equal(await run(context(), ['trust', 'add', 'note.txt', '--data', data]), 1)
    assert.deepEqual(await readdir(data).catch(() => []), [])
    assert.equal(await run(context(), ['trust', 'list', '--data', data]), 0)
    assert.equal(await run(context(), ['trust', 'remove', 'abcdef', '--data', data]), 1)
  })

  test('a bench that does not exist is named so', async () => {
    assert.equal(await run(context(), ['bench', 'no-such-bench']), 1)
  })

  test('data lies where it was told, else in the project, else where an unprivileged user can reach it', () => {
    assert.equal(dataFolder(context(), 'x'), join(folder, 'x'))
    assert.equal(dataFolder(context({ environment: { MINGZHENG_DATA: '/srv/mz' } }), null), '/srv/mz')
    assert.match(dataFolder(context(), null), /\.mingzheng.data$/)
    assert.equal(dataFolder(context({ superuser: true }), null), '/var/lib/mingzheng')
  })

  test('speaks Chinese where the locale says so', () => {
    assert.equal(languageOf({ LANG: 'zh_CN.UTF-8' }), 'zh')
    assert.equal(languageOf({ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }), 'en')
    assert.equal(languageOf({}), 'en')
  })

  test('a browser named by the environment wins, and a wrong name is not replaced by another', () => {
    assert.equal(findTool('chromium', { MINGZHENG_CHROMIUM: process.execPath }), process.execPath)
    assert.equal(findTool('chromium', { MINGZHENG_CHROMIUM: '/no/such/browser' }), null)
    assert.equal(findTool('openssl', { PATH: '' }), null)
  })
})
