/** `consortium leave`: proposes this member's own expulsion; the others vote, and after the delay it is gone. */
import { toHex } from '@mingzheng/kernel'
import { proposeWithout } from './govern.ts'
import { reachOwnNode } from './own-node.ts'
import { say, type Terminal } from './words.ts'

export async function leave(terminal: Terminal, home: string): Promise<void> {
  const { ledger, member } = await reachOwnNode(home)
  try {
    const id = toHex(await proposeWithout(ledger, 'expel', member))
    say(terminal, {
      zh: `已提议 ${member} 退出（${id}）；其他成员表决通过并过了等待期后生效。在此之前请保持节点运行。`,
      en: `it is proposed that ${member} leaves (${id}); that takes effect after the others' votes and the delay. Keep the node running until then.`,
    })
  } finally {
    await ledger.close()
  }
}
