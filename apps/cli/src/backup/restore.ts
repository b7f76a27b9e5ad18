import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'
import { readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command } from '../context.ts'
import { dataFolder } from '../data-folder.ts'
import { BACKUP_DATA, readBackupManifest } from './backup-manifest.ts'
import { putBack } from './copy-tree.ts'
import { outsideProgram } from './outside-program.ts'

export const restore: Command = {
  name: 'restore',
  usage: 'restore FOLDER [--data FOLDER] [--json]',
  summary: {
    zh: '把备份恢复到一个空的数据文件夹（及 DATABASE_URL、BLOBS_URL 所指之处），核对每个文件，并核验每份证据包',
    en: 'puts a backup into an empty data folder (and where DATABASE_URL and BLOBS_URL say), compares every file, verifies every package',
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
    if (manifest.blobs === 'external' && (context.environment.BLOBS_URL ?? '') === '') {
      throw new Failure('blobs-url-missing', 'this backup left the packages in their bucket', {
        field: 'BLOBS_URL',
        remedy: 'set BLOBS_URL to that bucket, or to a copy of it',
      })
    }
    const outside = outsideProgram(context)
    try {
      await putBack(join(folder, BACKUP_DATA), data, manifest, damagedAt)
      await outside('put-outside', data)
    } catch (error) {
      for (const name of await readdir(data)) await rm(join(data, name), { recursive: true, force: true })
      throw error
    }
    const { verified, failed } = heldSchema.parse(await outside('verify-held', data))
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

const heldSchema = z.object({ verified: z.number(), failed: z.array(z.string()) })

function damagedAt(path: string): Failure {
  return new Failure('backup-damaged', `${path} is missing or not what was backed up`, {
    field: path,
    remedy: 'take another copy of the backup; nothing was kept of this one',
  })
}
