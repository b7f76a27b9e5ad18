import type { Command } from './context.ts'

/** The command that lists all others. */
export function helpOn(commands: readonly Command[]): Command {
  const help: Command = {
    name: 'help',
    usage: 'help',
    summary: { zh: '列出命令', en: 'lists the commands' },
    async run(context) {
      context.print(
        {
          zh: '明证：从网页到任何人都能核验的证据',
          en: 'Mingzheng: from a web page to evidence that anybody verifies',
        }[context.language],
      )
      context.print('')
      for (const command of [...commands, help]) {
        context.print(`  ./mingzheng ${command.usage}`)
        context.print(`      ${command.summary[context.language]}`)
      }
      return 0
    },
  }
  return help
}
