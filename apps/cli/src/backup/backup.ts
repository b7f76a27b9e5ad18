import { resolve } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command, Context } from '../context.ts'
import { dataFolder } from '../data-folder.ts'
import { claimData, sendOrder } from '../up/claim.ts'
import { type BackupDone, backupDoneSchema, makeBackup, requireData } from './make-backup.ts'
import { outsideProgram } from './outside-program.ts'

export const backup: Command = {
  name: 'backup',
  usage: 'backup FOLDER [--without-bucket] [--data FOLDER] [--json]',
  summary: {
    zh: '备份全部数据（含密钥）到一个新文件夹；运行中的实例只停顿片刻',
    en: 'copies all data, keys included, into a new folder; a running instance stands still only for a moment',
  },
  async run(context, args) {
    const read = readArguments(args, {
      'without-bucket': { type: 'boolean' },
      data: { type: 'string' },
      json: { type: 'boolean' },
    })
    const [folder] = read.positionals
    if (folder === undefined) {
      throw new Failure('argument-wrong', 'a folder is needed', { remedy: `./mingzheng ${backup.usage}` })
    }
    const data = dataFolder(context, textOption(read, 'data'))
    const withoutBucket = switchOption(read, 'without-bucket')
    const done = await make(context, data, resolve(context.workingFolder, folder), withoutBucket)
    if (switchOption(read, 'json')) context.print(JSON.stringify(done))
    else {
      const megabytes = (done.bytes / 1e6).toFixed(1)
      context.print(
        {
          zh: `已备份 ${done.files} 个文件，${megabytes} MB，停顿 ${done.stillMs} 毫秒`,
          en: `${done.files} files, ${megabytes} MB; the instance stood still for ${done.stillMs} ms`,
        }[context.language],
      )
      context.print(`  SHA-256 ${done.name}`)
    }
    return 0
  },
}

// Whoever holds the claim makes the copy: a running `up` itself, so that its server comes back even if this command dies.
async function make(context: Context, data: string, target: string, withoutBucket: boolean): Promise<BackupDone> {
  await requireData(data)
  const answer = await sendOrder(data, withoutBucket ? 'backup-without-bucket' : 'backup', target)
  if (answer !== null) return backupDoneSchema.parse(answer)
  const claim = await claimData(data)
  if ('pid' in claim) {
    throw new Failure('instance-starting', `process ${claim.pid} is just starting on ${data}`, {
      remedy: 'try again in a few seconds',
    })
  }
  try {
    const { clock, environment } = context
    const outside = outsideProgram(context)
    return await makeBackup({ data, target, clock, environment, outside, withoutBucket, quietly: (work) => work() })
  } finally {
    await claim.release()
  }
}
