/** Five organisations on a real chain change themselves: a member whose keys are stolen is removed by the others' votes. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { randomBytes, systemClock } from '@mingzheng/kernel'
import type { LedgerItem } from '@mingzheng/ledger'
import { verifyReceipt } from '@mingzheng/proof'
import { consortium } from '../../apps/node/src/command/consortium.ts'
import { needs } from '../capability.ts'
import { FiveNodes, type MemberId, until } from './five-nodes.ts'

const options = needs('cometbft')

const evidence = (): LedgerItem => ({
  id: randomBytes(16),
  contract: 'evidence',
  method: 'fix',
  arguments: { c: randomBytes(32), s: randomBytes(32), n: randomBytes(32) },
})

describe('a consortium whose member has lost its keys', { concurrency: false, ...options }, () => {
  let five: FiveNodes
  before(async () => {
    if (options.skip === undefined) five = await FiveNodes.start()
  })
  after(() => five?.end())

  /** What `mingzheng consortium` says at a member's own machine. */
  async function at(id: MemberId, ...args: string[]): Promise<string> {
    const lines: string[] = []
    const terminal = { language: 'en' as const, folder: five.folder, print: (line: string) => lines.push(line) }
    await consortium(terminal, [...args, '--home', five.home(id)], systemClock)
    return lines.join('\n')
  }

  test('removes it at once by the votes of the others, and goes on without it', options, async () => {
    const proposed = await at('court', 'remove', 'regulator')
    const id = /vote ([0-9a-f]{32}) yes/.exec(proposed)?.[1] ?? ''
    assert.match(await at('notary', 'proposals'), new RegExp(`${id} +remove regulator`))
    await at('forensic', 'vote', id, 'yes')
    await at('ca', 'vote', id, 'yes')
    const notary = await five.ledger('notary')
    await until('the regulator is no member any more', async () => {
      await notary.status()
      const client = await five.ledger('notary')
      return client.policy.members.every((member) => member.id !== 'regulator')
    })
    const { policy } = await five.ledger('notary')
    assert.deepEqual(
      policy.members.map((member) => member.id),
      ['court', 'notary', 'forensic', 'ca'],
    )
    const item = evidence()
    await notary.submit([item])
    await notary.wait(item.id, 'witnessed', { timeoutMs: 60_000 })
    const { entry, proof } = await notary.receipt({ id: item.id })
    const { verdict, signers } = verifyReceipt({ entry, proof, profile: 'sha256', policy })
    assert.equal(verdict, 'verified')
    assert.ok(signers.length >= 3)
  })

  test('takes nothing from the removed key, which can neither write nor vote', options, async () => {
    const thief = await five.ledger('regulator')
    const [standing] = await thief.submit([evidence()])
    assert.ok(standing?.kind === 'refused' && standing.refusal.code === 'permission-denied')
    await assert.rejects(at('regulator', 'remove', 'court'))
  })
})
