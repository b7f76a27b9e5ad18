import { execFile } from 'node:child_process'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command, Context } from '../context.ts'
import { dataFolder } from '../data-folder.ts'
import { BACKUP_DATA, type BackupManifest, DATABASE_DUMP, readBackupManifest } from './backup-manifest.ts'
import { putBack } from './copy-tree.ts'
import { verifyHeld } from './verify-held.ts'

export const restore: Command = {
  name: 'restore',
  usage: 'restore FOLDER [--data FOLDER] [--json]',
  summary: {
    zh: '把备份恢复到一个空的数据文件夹，核对每个文件，并核验每份证据包',
    en: 'puts a backup into an empty data folder, compares every file, verifies every package',
  },
  async run(context, args) {
    const read = readArguments(args, { data: { type: 'string' }, json: { type: 'boolean' } })
    const [given] = read.positionals
    if (given === undefined) {
      throw new Failure('argument-wrong', 'a folder is needed', { remedy: `./mingzheng ${restore.usage}` })
    }
    const folder = resolve(context.workingFolder, given)
    const data = dataFolder(context, textOption(read, 'data'))
    const manifest = await readBackupManifest(folder)
    await mkdir(data, { recursive: true, mode: 0o711 })
    if ((await readdir(data)).length > 0) {
      throw new Failure('data-not-empty', `${data} is not empty: a restore overwrites nothing`, { field: '--data' })
    }
    try {
      await putBack(join(folder, BACKUP_DATA), data, manifest, damagedAt)
      await restoreDatabase(context, folder, manifest)
    } catch (error) {
      for (const name of await readdir(data)) await rm(join(data, name), { recursive: true, force: true })
      throw error
    }
    const { verified, failed } = await verifyHeld(context, data)
    const answer = { files: manifest.files.length, madeAt: manifest.madeAt, packages: verified, failed }
    if (switchOption(read, 'json')) context.print(JSON.stringify(answer))
    else {
      context.print(
        {
          zh: `已恢复 ${manifest.madeAt} 的 ${answer.files} 个文件；${verified} 份证据包核验通过，${failed.length} 份未通过`,
          en: `${answer.files} files of ${manifest.madeAt} are back; ${verified} packages verified, ${failed.length} did not`,
        }[context.language],
      )
      for (const path of failed) context.print(`  ${path}`)
    }
    return failed.length === 0 ? 0 : 1
  },
}

function damagedAt(path: string): Failure {
  return new Failure('backup-damaged', `${path} is missing or not what was backed up`, {
    field: path,
    remedy: 'take another copy of the backup; nothing was kept of this one',
  })
}

async function restoreDatabase(context: Context, folder: string, manifest: BackupManifest): Promise<void> {
  if (manifest.database === 'embedded') return
  const url = context.environment.DATABASE_URL ?? ''
  if (url === '') {
    throw new Failure('database-url-missing', 'this backup holds a dump of an external database', {
      field: 'DATABASE_URL',
      remedy: 'set DATABASE_URL to an empty PostgreSQL database',
    })
  }
  await new Promise<void>((done, fail) => {
    const args = ['--exit-on-error', '--single-transaction', `--dbname=${url}`, join(folder, DATABASE_DUMP)]
    execFile('pg_restore', args, (error) => {
      if (error === null) return done()
      fail(
        new Failure('database-restore-failed', `pg_restore failed: ${error.message.replaceAll(url, 'DATABASE_URL')}`, {
          remedy: 'apt-get install -y postgresql-client, and name an empty database',
        }),
      )
    })
  })
}
