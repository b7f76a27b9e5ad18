/** `consortium leave`: proposes this member's own expulsion; the others vote, and after the delay it is gone. */
import { type Bytes, digest, fromHex, randomBytes } from '@mingzheng/kernel'
import { DOCUMENT_PART_BYTES, type LedgerClient, quorumWithout } from '@mingzheng/ledger'
import { type ConsortiumPolicy, encodePolicy, policyId } from '@mingzheng/proof'
import { reachOwnNode } from './own-node.ts'
import { say, type Terminal } from './words.ts'

export async function leave(terminal: Terminal, home: string): Promise<void> {
  const { ledger, member } = await reachOwnNode(home)
  try {
    const former = ledger.policy as ConsortiumPolicy
    const members = former.members.filter(({ id }) => id !== member)
    const next: ConsortiumPolicy = {
      ...former,
      former: policyId(former),
      members,
      quorum: quorumWithout(former, member),
    }
    await stage(ledger, next)
    await call(ledger, 'propose', { k: 'expel', p: fromHex(policyId(next)), m: member })
    say(terminal, {
      zh: `已提议 ${member} 退出；其他成员表决通过并过了等待期后生效。在此之前请保持节点运行。`,
      en: `it is proposed that ${member} leaves; that takes effect after the others' votes and the delay. Keep the node running until then.`,
    })
  } finally {
    await ledger.close()
  }
}

/** Puts a policy's document on the ledger in parts. */
async function stage(ledger: LedgerClient, policy: ConsortiumPolicy): Promise<void> {
  const bytes = encodePolicy(policy)
  const d = digest('sha256', bytes)
  for (let i = 0; i * DOCUMENT_PART_BYTES < bytes.length; i++) {
    const x: Bytes = bytes.slice(i * DOCUMENT_PART_BYTES, (i + 1) * DOCUMENT_PART_BYTES)
    await call(ledger, 'document', { d, i, x })
  }
}

async function call(ledger: LedgerClient, method: string, args: { readonly [name: string]: string | number | Bytes }) {
  const id = randomBytes(16)
  await ledger.submit([{ id, contract: 'governance', method, arguments: args }])
  await ledger.wait(id, 'witnessed')
}
