/** Five organisations on a real chain change themselves: a member whose keys are stolen is removed by the others' votes. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Clock, randomBytes, systemClock } from '@mingzheng/kernel'
import type { LedgerItem } from '@mingzheng/ledger'
import {
  CompactRange,
  cosigner,
  encodeEntry,
  formatTlogProof,
  logSigner,
  makeCheckpoint,
  merkleHash,
  parseVerifierKey,
  verifyReceipt,
} from '@mingzheng/proof'
import { consortium } from '../../apps/node/src/command/consortium.ts'
import { openMemberKeys } from '../../apps/node/src/home/member-keys.ts'
import { readFounding } from '../../apps/node/src/run/open-node.ts'
import { needs } from '../capability.ts'
import { FiveNodes, type MemberId, until } from './five-nodes.ts'

const options = needs('cometbft')

const evidence = (): LedgerItem => ({
  id: randomBytes(16),
  contract: 'evidence',
  method: 'fix',
  arguments: { c: randomBytes(32), s: randomBytes(32), n: randomBytes(32) },
})

/** A receipt for an entry that no log has, by the keys of these members; the first keeps the log. */
async function forgedReceipt(five: FiveNodes, members: readonly MemberId[], clock: Clock) {
  const { genesis } = await readFounding(five.home('notary'))
  const { policy, origin } = genesis
  const body = { c: randomBytes(32), s: randomBytes(32), n: randomBytes(32) }
  const entry = encodeEntry({
    kind: 'evidence.fix',
    id: randomBytes(16),
    actor: randomBytes(16),
    time: clock.now(),
    body,
  })
  const range = new CompactRange('sha256')
  range.append(merkleHash('sha256').leaf(entry))
  const homes = await Promise.all(members.map((id) => openMemberKeys(five.home(id))))
  const lines = members.map((id, i) => {
    const { cosignerKey } = policy.members.find((member) => member.id === id)!
    return cosigner(parseVerifierKey(cosignerKey).name, homes[i]!.ledger.member, clock)
  })
  const signers = [logSigner(origin, homes[0]!.ledger.log), ...lines]
  const checkpoint = await makeCheckpoint({ origin, size: 1, root: range.root() }, signers)
  return { entry, proof: formatTlogProof({ index: 0, path: [], checkpoint }), profile: 'sha256' as const }
}

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

  test(
    'believes nothing that the stolen keys sign without the others, whatever time stands on it',
    options,
    async () => {
      const { genesis } = await readFounding(five.home('notary'))
      const { policy } = await five.ledger('notary')
      const backdated = { now: () => genesis.time + 1000 }
      for (const clock of [systemClock, backdated]) {
        // The former policy, under which the thief was a member, and the one in force.
        for (const judge of [genesis.policy, policy]) {
          for (const signing of [['regulator'], ['regulator', 'ca']] as const) {
            const receipt = await forgedReceipt(five, signing, clock)
            assert.notEqual(verifyReceipt({ ...receipt, policy: judge }).verdict, 'verified')
          }
        }
        // Only those whom the policy asks for could make it believed: the receipt lacks nothing else.
        const quorum = await forgedReceipt(five, ['regulator', 'court', 'ca'], clock)
        assert.equal(verifyReceipt({ ...quorum, policy: genesis.policy }).verdict, 'verified')
        assert.notEqual(verifyReceipt({ ...quorum, policy }).verdict, 'verified')
      }
      // A line by a stolen key over the right root makes nothing of what the nodes hand out.
      const notary = await five.ledger('notary')
      const { witnessedSize } = await notary.status()
      const { signers } = verifyReceipt({
        ...(await notary.receipt({ index: witnessedSize - 1 })),
        profile: 'sha256',
        policy,
      })
      assert.ok(signers.every(({ member }) => member.id !== 'regulator'))
    },
  )
})
