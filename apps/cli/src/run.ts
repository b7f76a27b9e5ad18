import { Failure } from '@mingzheng/kernel'
import { commands } from './commands.ts'
import type { Context } from './context.ts'

/** Runs the command that the arguments name; answers its exit code. A `Failure` is told in words and answers 1. */
export async function run(context: Context, args: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = args
  const known = commands.find((command) => command.name === (isHelpSwitch(name) ? 'help' : name))
  if (known === undefined) {
    context.say({
      zh: `没有这个命令：${name}。见 ./mingzheng help`,
      en: `no such command: ${name}. See ./mingzheng help`,
    })
    return 64
  }
  if (rest.some(isHelpSwitch)) {
    context.print(`./mingzheng ${known.usage}`)
    context.print(`  ${known.summary[context.language]}`)
    return 0
  }
  try {
    return await known.run(context, rest)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const field = error.field === undefined ? '' : `${error.field}: `
    context.say({ zh: `${field}${error.message}（${error.code}）`, en: `${field}${error.message} (${error.code})` })
    if (error.remedy !== undefined) context.say({ zh: `办法：${error.remedy}`, en: `remedy: ${error.remedy}` })
    return error.code === 'argument-wrong' ? 64 : 1
  }
}

function isHelpSwitch(word: string): boolean {
  return word === '--help' || word === '-h'
}
