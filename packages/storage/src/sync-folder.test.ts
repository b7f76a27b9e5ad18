import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { syncFolder } from './sync-folder.ts'

test('the names in a folder are synced; a folder that is not there is an error, but on Windows, which cannot open any', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mz-sync-'))
  await syncFolder(folder)
  await rm(folder, { recursive: true })
  await assert.rejects(syncFolder(folder, 'linux'), { code: 'ENOENT' })
  await syncFolder(folder, 'win32')
})
