import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { needs } from './capability.ts'
import { blocksOf, runBlocks } from './guide-commands.ts'
import { answers, environment, ROOT, startUp } from './launched-up.ts'

// Installing takes a minute and the network: continuous integration does it always, a developer when asked to.
const wanted = process.env.CI || process.env.MINGZHENG_FRESH_CLONE
const options = wanted ? needs('git') : { skip: 'installs everything anew: set MINGZHENG_FRESH_CLONE=1' }

describe('a newcomer with nothing but Node and npm', options, () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-newcomer-'))
    await chmod(folder, 0o711)
  })
  after(() => rm(folder, { recursive: true, force: true }))

  test('clones, starts, and reaches the address that is printed', async () => {
    const [block] = blocksOf(join(ROOT, 'README.md'), 'sh')
    const [clone, start] = block!.text.trim().split('\n')
    assert.equal(start, './mingzheng up')
    await mkdir(join(folder, 'origin'))
    await symlink(ROOT, join(folder, 'origin', 'mingzheng.git'))
    const text = clone!.replace('https://example.org', join(folder, 'origin'))
    const cloned = await runBlocks([{ mark: '', text }], folder, environment())
    assert.equal(cloned.code, 0, cloned.output)
    const up = await startUp(join(folder, 'data'), join(folder, 'mingzheng', 'mingzheng'))
    try {
      assert.ok(await answers(up.url))
    } finally {
      await up.stop()
    }
  })
})
