import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { isRefusal } from '@mingzheng/kernel'
import { chooseBrowser } from './choose-browser.ts'

async function withProgram(mode: number, run: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mingzheng-browser-test-'))
  try {
    const path = join(folder, 'browser')
    await writeFile(path, '', { mode })
    await run(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

describe('choosing the browser', () => {
  test('the configured one comes before those of the system', () =>
    withProgram(0o755, async (path) => {
      const choice = await chooseBrowser({ configured: path, systemPaths: ['/bin/sh'] })
      assert.ok(!isRefusal(choice))
      assert.deepEqual([choice.kind, choice.executable], ['configured', path])
    }))
  test('a configured one that cannot be run is refused, not passed over', () =>
    withProgram(0o644, async (path) => {
      for (const configured of [path, '/nowhere/chromium']) {
        const choice = await chooseBrowser({ configured, systemPaths: ['/bin/sh'] })
        assert.ok(isRefusal(choice))
        assert.deepEqual([choice.code, choice.field], ['browser-not-found', 'MINGZHENG_CHROMIUM'])
      }
    }))
  test('the first of the system that can be run is taken', () =>
    withProgram(0o755, async (path) => {
      const choice = await chooseBrowser({ systemPaths: ['/nowhere/chromium', path] })
      assert.ok(!isRefusal(choice))
      assert.deepEqual([choice.kind, choice.executable], ['system', path])
    }))
  test('with none at all the answer says what to do', async () => {
    const choice = await chooseBrowser({ systemPaths: [] })
    assert.ok(isRefusal(choice) && choice.remedy !== undefined)
  })
})
