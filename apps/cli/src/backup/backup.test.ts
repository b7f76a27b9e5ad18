import assert from 'node:assert/strict'
import {
  appendFile,
  chmod,
  lchown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { manualClock } from '@mingzheng/kernel'
import type { Context } from '../context.ts'
import { run } from '../run.ts'
import { type BackupDone, type BackupPlan, makeBackup } from './make-backup.ts'
import { outsideProgram } from './outside-program.ts'

const ROOT = resolve(import.meta.dirname, '../../../..')

describe('backup and restore', () => {
  let folder: string
  let data: string
  let said: string[]
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-backup-'))
    data = join(folder, 'data')
    await mkdir(join(data, 'ledger/tile'), { recursive: true })
    await mkdir(join(data, 'postgres/cluster/pg_notify'), { recursive: true })
    await mkdir(join(data, 'run'))
    await writeFile(join(data, 'ledger/tile/000'), 'leaves')
    await writeFile(join(data, 'postgres/starter.json'), 'lock')
    await writeFile(join(data, 'run/instance.json'), 'token')
    await writeFile(join(data, 'master.secret'), 'secret', { mode: 0o600 })
  })
  afterEach(() => rm(folder, { recursive: true }))

  const context = (): Context => {
    said = []
    return {
      environment: {},
      language: 'en',
      clock: manualClock(Date.parse('2026-11-24T08:00:00Z')),
      root: ROOT,
      workingFolder: folder,
      superuser: false,
      node: process.execPath,
      stop: new AbortController().signal,
      print: (line) => said.push(line),
      say: (text) => said.push(text.en),
    }
  }
  const command = (...args: string[]) => run(context(), args)
  const make = (quietly = (work: () => Promise<void>) => work()): Promise<BackupDone> =>
    makeBackup({ ...plan({}), quietly })
  const plan = (environment: NodeJS.ProcessEnv): BackupPlan => ({
    data,
    target: join(folder, 'b'),
    clock: manualClock(0),
    environment,
    outside: outsideProgram({ ...context(), environment }),
    withoutBucket: false,
    quietly: (work) => work(),
  })

  test('what was backed up is back, with its modes and its empty folders', async () => {
    assert.equal(await command('backup', 'b', '--data', data), 0)
    assert.equal(await command('restore', 'b', '--data', 'new'), 0)
    assert.equal(await readFile(join(folder, 'new/ledger/tile/000'), 'utf8'), 'leaves')
    assert.equal((await stat(join(folder, 'new/master.secret'))).mode & 0o777, 0o600)
    assert.deepEqual(await readdir(join(folder, 'new/postgres/cluster/pg_notify')), [])
  })

  test('locks, tokens and sockets of the running instance stay behind', async () => {
    await make()
    assert.deepEqual(await readdir(join(folder, 'b/data')), ['ledger', 'master.secret', 'postgres'])
    assert.deepEqual(await readdir(join(folder, 'b/data/postgres')), ['cluster'])
  })

  test('what changes, comes and goes between the two passes is as it was when everything stood still', async () => {
    await writeFile(join(data, 'gone'), 'soon')
    await make(async (work) => {
      await appendFile(join(data, 'ledger/tile/000'), ' and more')
      await writeFile(join(data, 'ledger/tile/001'), 'new')
      await rm(join(data, 'gone'))
      await work()
    })
    assert.equal(await readFile(join(folder, 'b/data/ledger/tile/000'), 'utf8'), 'leaves and more')
    assert.equal(await readFile(join(folder, 'b/data/ledger/tile/001'), 'utf8'), 'new')
    assert.equal(await command('restore', 'b', '--data', 'new'), 0)
    assert.deepEqual((await readdir(join(folder, 'new'))).sort(), ['ledger', 'master.secret', 'postgres'])
  })

  test('a backup that was broken off is none', async () => {
    await assert.rejects(
      make(() => Promise.reject(new Error('power cut'))),
      /power cut/,
    )
    assert.equal(await command('restore', 'b', '--data', 'new'), 1)
    assert.match(said.join(), /backup-unfinished/)
  })

  test('one changed, missing or shortened file is named, and nothing is kept', async () => {
    await make()
    const file = join(folder, 'b/data/ledger/tile/000')
    for (const damage of [() => writeFile(file, 'leavez'), () => writeFile(file, 'leave'), () => rm(file)]) {
      await damage()
      assert.equal(await command('restore', 'b', '--data', 'new'), 1)
      assert.match(said.join(), /ledger\/tile\/000.*backup-damaged/)
      assert.deepEqual(await readdir(join(folder, 'new')), [])
    }
  })

  test('a manifest that points outside is refused', async () => {
    await make()
    const path = join(folder, 'b/backup.json')
    const text = await readFile(path, 'utf8')
    for (const bad of ['../outside', '/etc/passwd', 'a//b', 'a/./b']) {
      await writeFile(path, text.replace('"ledger/tile/000"', JSON.stringify(bad)))
      assert.equal(await command('restore', 'b', '--data', 'new'), 1)
      assert.match(said.join(), /backup-damaged/)
    }
  })

  test('nothing is overwritten: neither a used folder nor data that is there', async () => {
    await make()
    await assert.rejects(make(), { code: 'backup-target-used' })
    assert.equal(await command('restore', 'b', '--data', data), 1)
    assert.match(said.join(), /data-not-empty/)
  })

  test('a backup cannot lie inside the data, nor be made of nothing', async () => {
    assert.equal(await command('backup', join(data, 'b'), '--data', data), 1)
    assert.match(said.join(), /backup-inside-data/)
    assert.equal(await command('backup', 'b', '--data', join(folder, 'nowhere', 'data')), 1)
    assert.equal(await command('backup', '--data', data), 64)
  })

  test('a link in the data is not followed', async () => {
    await symlink('/etc/hostname', join(data, 'link'))
    await make()
    assert.ok(!(await readdir(join(folder, 'b/data'))).includes('link'))
  })

  test('a file that may not be read fails the backup instead of missing in it', async () => {
    await chmod(join(data, 'master.secret'), 0)
    await asNobody([folder, data], () =>
      assert.rejects(make(), (error: NodeJS.ErrnoException) => {
        assert.equal(error.code, 'EACCES')
        assert.match(error.path ?? '', /master\.secret$/)
        return true
      }),
    )
  })

  test('an external database or bucket that does not answer fails the backup by name', async () => {
    const database = { DATABASE_URL: 'postgres://127.0.0.1:1/none' }
    await assert.rejects(makeBackup(plan(database)), { code: 'database-unavailable' })
    await rm(join(folder, 'b'), { recursive: true })
    const bucket = { BLOBS_URL: 's3://key:secret@none?endpoint=http%3A%2F%2F127.0.0.1%3A1' }
    await assert.rejects(makeBackup(plan(bucket)), { code: 'blob-storage-failed' })
    assert.equal(await command('restore', 'b', '--data', 'new'), 1)
    assert.match(said.join(), /backup-unfinished/)
  })

  test('a backup that left its packages in the bucket is not restored without one', async () => {
    const bucket = { BLOBS_URL: 's3://key:secret@none?endpoint=http%3A%2F%2F127.0.0.1%3A1' }
    await makeBackup({ ...plan(bucket), withoutBucket: true })
    assert.equal(await command('restore', 'b', '--data', 'new'), 1)
    assert.match(said.join(), /blobs-url-missing/)
  })
})

/** Root may read everything: it lends these folders, with all in them, to a user who may not, and works as that one. */
async function asNobody(folders: string[], work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work()
  for (const each of folders) {
    for (const name of ['', ...(await readdir(each, { recursive: true }))]) await lchown(join(each, name), 65534, 65534)
  }
  process.seteuid?.(65534)
  try {
    await work()
  } finally {
    process.seteuid?.(0)
  }
}
