import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { describePolicy } from '@mingzheng/proof'
import { readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command, Context } from '../context.ts'
import { dataFolder } from '../data-folder.ts'
import { addTrusted, listTrusted, removeTrusted, type TrustedPolicy } from './trust-store.ts'

export const trust: Command = {
  name: 'trust',
  usage: 'trust add FILE | list | remove ID [--data FOLDER] [--json]',
  summary: {
    zh: '管理核验时信任的策略；本机自己的账本从一开始就被信任',
    en: 'keeps the policies that verification trusts; an installation trusts its own ledger from the start',
  },
  async run(context, args) {
    const read = readArguments(args, { data: { type: 'string' }, json: { type: 'boolean' } })
    const data = dataFolder(context, textOption(read, 'data'))
    const [act, subject] = read.positionals
    const json = switchOption(read, 'json')
    switch (act) {
      case 'list': {
        const trusted = await listTrusted(data)
        if (trusted.length === 0 && !json) context.say({ zh: '没有信任任何策略。', en: 'no policy is trusted.' })
        for (const entry of trusted) show(context, entry, json)
        return 0
      }
      case 'add':
        show(context, await addTrusted(data, await readGiven(context, subject)), json)
        return 0
      case 'remove': {
        const removed = await removeTrusted(data, subject ?? '')
        context.say({ zh: `不再信任 ${removed.id}`, en: `no longer trusted: ${removed.id}` })
        return 0
      }
      default:
        throw new Failure('argument-wrong', 'add, list or remove', { remedy: `./mingzheng ${trust.usage}` })
    }
  },
}

async function readGiven(context: Context, subject: string | undefined): Promise<Uint8Array> {
  if (subject === undefined) {
    throw new Failure('argument-wrong', 'a policy file is needed', { remedy: './mingzheng trust add FILE' })
  }
  const file = resolve(context.workingFolder, subject)
  return readFile(file).catch((cause: Error) => {
    throw new Failure('file-unreadable', `${file} cannot be read: ${cause.message}`, { field: 'FILE', cause })
  })
}

function show(context: Context, { id, policy }: TrustedPolicy, json: boolean): void {
  if (json) {
    context.print(JSON.stringify({ id, origin: policy.origin, name: policy.name, demo: policy.demo }))
    return
  }
  context.print(id)
  for (const line of describePolicy(policy, context.language).split('\n')) context.print(`    ${line}`)
}
