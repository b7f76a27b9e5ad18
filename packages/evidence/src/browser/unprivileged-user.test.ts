import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { manualClock } from '@mingzheng/kernel'
import { removeAbandonedProfiles } from './unprivileged-user.ts'

/** No system gives out process numbers that high. */
const GONE = 99_999_999

describe('profiles of killed processes', () => {
  test('are removed after a while; those of living processes, fresh ones and other folders stay', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mingzheng-profiles-test-'))
    try {
      const clock = manualClock(Date.UTC(2026, 10, 24))
      const long = new Date(clock.now() - 3_600_000)
      const names = [
        `mingzheng-browser-${GONE}-old`,
        `mingzheng-browser-${process.pid}-mine`,
        'mingzheng-browser-x',
        'other',
      ]
      for (const name of names) {
        await mkdir(join(folder, name))
        await utimes(join(folder, name), long, long)
      }
      const fresh = join(folder, `mingzheng-browser-${GONE}-fresh`)
      await mkdir(fresh)
      await utimes(fresh, new Date(clock.now()), new Date(clock.now()))
      await removeAbandonedProfiles(folder, clock)
      assert.deepEqual((await readdir(folder)).sort(), [...names.slice(1), `mingzheng-browser-${GONE}-fresh`].sort())
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
