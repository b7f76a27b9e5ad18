/** `consortium status`: what every member holds, as this home's node sees it. */
import { chinaText, utcText } from '@mingzheng/kernel'
import { reachOwnNode } from './own-node.ts'
import { say, type Terminal } from './words.ts'

export async function status(terminal: Terminal, home: string): Promise<void> {
  const { ledger, member } = await reachOwnNode(home)
  try {
    const { origin, size, witnessedSize, waiting, reason } = await ledger.status()
    const members = await ledger.members(null)
    terminal.print(origin)
    say(terminal, {
      zh: `共 ${size} 条记录，其中 ${witnessedSize} 条已固证；等待 ${waiting} 条`,
      en: `${size} entries, ${witnessedSize} of them fixed; ${waiting} waiting`,
    })
    if (reason !== undefined) terminal.print(`! ${reason.code}: ${reason.detail}`)
    for (const one of members) {
      const own = one.id === member ? '*' : ' '
      const agreed = one.agrees === null ? '?' : one.agrees ? '=' : '≠'
      const at = one.witnessedAt === null ? '-' : (terminal.language === 'zh' ? chinaText : utcText)(one.witnessedAt)
      const holds = `${one.height ?? '-'}`.padStart(8) + `${one.size ?? '-'}`.padStart(10)
      terminal.print(
        `${own} ${one.id.padEnd(16)}${holds}  ${agreed} ${one.state.padEnd(12)} ${one.witnessedSize} ${at}`,
      )
    }
  } finally {
    await ledger.close()
  }
}
