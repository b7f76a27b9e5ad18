import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Failure, manualClock, utf8 } from '@mingzheng/kernel'
import { blobStoreContract, type Fault } from './contract-suite.ts'
import { openFolderStore } from './folder-store.ts'

blobStoreContract('a folder', 3_000_000, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mz-blob-'))
  const clock = manualClock(0)
  let fault: Fault | null = null
  const store = await openFolderStore({
    folder,
    clock,
    interrupt(step) {
      if (step !== (fault === 'before' ? 'sync' : 'sync-name') || fault === null) return
      fault = null
      throw Object.assign(new Error('input/output error'), { code: 'EIO' })
    },
  })
  return {
    store,
    setTime: clock.set,
    failNext(next) {
      fault = next
    },
    async close() {
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
})

for (const [system, ours] of [
  ['ENOSPC', 'blob-storage-full'],
  ['EDQUOT', 'blob-storage-full'],
  ['EROFS', 'blob-storage-read-only'],
  ['EIO', 'blob-storage-failed'],
]) {
  test(`a folder that fails with ${system} says ${ours} and keeps no half-written file`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mz-blob-'))
    let failing = true
    const store = await openFolderStore({
      folder,
      clock: manualClock(0),
      interrupt(step) {
        if (failing && step === 'write') throw Object.assign(new Error(system), { code: system })
      },
    })
    await assert.rejects(store.put('x', [utf8('x')]), (error: Failure) => error.code === ours)
    assert.deepEqual(await readdir(join(folder, 'incoming')), [])
    failing = false
    await store.put('x', [utf8('x')])
    await rm(folder, { recursive: true })
  })
}

test('files of puts that never finished are removed a day later, not sooner', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mz-blob-'))
  const now = Date.now()
  const clock = manualClock(now)
  await openFolderStore({ folder, clock })
  for (const [name, age] of [
    ['old', 25],
    ['fresh', 1],
  ] as const) {
    await writeFile(join(folder, 'incoming', name), 'half')
    await utimes(join(folder, 'incoming', name), new Date(), new Date(now - age * 3_600_000))
  }
  await openFolderStore({ folder, clock })
  assert.deepEqual(await readdir(join(folder, 'incoming')), ['fresh'])
  await rm(folder, { recursive: true })
})

test('nobody else on the machine can read the folder', { skip: process.platform === 'win32' }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mz-blob-'))
  const store = await openFolderStore({ folder, clock: manualClock(0) })
  await store.put('a/b', [utf8('x')])
  for (const path of ['blobs', 'blobs/a', 'blobs/a/b']) assert.equal((await stat(join(folder, path))).mode & 0o077, 0)
  await rm(folder, { recursive: true })
})
