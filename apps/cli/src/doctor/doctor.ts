import { readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command } from '../context.ts'
import { dataFolder } from '../data-folder.ts'
import { examine } from './examine.ts'

const MARK = { good: '✓', optional: '○', bad: '✗' } as const

export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor [--data FOLDER] [--json]',
  summary: {
    zh: '检查本机：有什么、缺什么、每一项用哪条命令补上',
    en: 'looks at this machine: what is there, what is missing, the one command that adds it',
  },
  async run(context, args) {
    const read = readArguments(args, { data: { type: 'string' }, json: { type: 'boolean' } })
    const findings = await examine(context, dataFolder(context, textOption(read, 'data')))
    if (switchOption(read, 'json')) context.print(JSON.stringify({ findings }))
    else {
      for (const { subject, state, words, remedy } of findings) {
        context.print(`${MARK[state]} ${subject.padEnd(10)} ${words[context.language]}`)
        if (remedy !== null) context.print(`             ${remedy}`)
      }
    }
    return findings.some(({ state }) => state === 'bad') ? 1 : 0
  },
}
