import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, digest, manualClock, utf8 } from '@mingzheng/kernel'
import { cosigner, parseVerifierKey } from '@mingzheng/proof'
import { type TestMember, testConsortium } from '../../testing/test-consortium.ts'
import { judgeAnchors, signAnchor } from './anchor.ts'

const { policy, of } = testConsortium()
const HEIGHT = 256
const block = digest('sha256', utf8('a block'))
const forged = digest('sha256', utf8('another block'))

async function anchorOf(
  { member, cosigner: key }: TestMember,
  hash: Bytes = block,
  height = HEIGHT,
  origin = policy.origin,
) {
  const { name } = parseVerifierKey(member.cosignerKey)
  const note = await signAnchor(origin, { height, hash }, cosigner(name, key, manualClock(1_790_000_000_000)))
  return { member: member.id, note }
}

describe('anchors of a block', () => {
  test('are believed when the trust policy’s quorum is behind one hash, and who says otherwise is named', async () => {
    const given = await Promise.all([
      anchorOf(of('regulator')),
      anchorOf(of('court')),
      anchorOf(of('ca'), forged),
      anchorOf(of('notary')),
    ])
    assert.deepEqual(judgeAnchors(policy, HEIGHT, given), {
      anchor: { height: HEIGHT, hash: block },
      behind: ['regulator', 'court', 'notary'],
      contrary: ['ca'],
    })
  })

  test('are not believed from too few, or without the roles that the policy asks for', async () => {
    const two = await Promise.all([anchorOf(of('court')), anchorOf(of('notary'))])
    assert.equal(judgeAnchors(policy, HEIGHT, two).anchor, null)
    const roles = await Promise.all([anchorOf(of('regulator')), anchorOf(of('forensic')), anchorOf(of('ca'))])
    assert.equal(judgeAnchors(policy, HEIGHT, roles).anchor, null)
  })

  test('count once a member, for their own height and ledger, with signatures that hold', async () => {
    const good = await Promise.all([anchorOf(of('regulator')), anchorOf(of('court'))])
    const court = good[1]!
    const bad = [
      { ...court, member: 'notary' },
      await anchorOf(of('notary'), block, HEIGHT + 1),
      await anchorOf(of('notary'), block, HEIGHT, 'other.test/330000/00000000'),
      { member: 'notary', note: (await anchorOf(of('notary'))).note.replace('\n256\n', '\n257\n') },
      { member: 'notary', note: 'nothing of the kind' },
      { ...(await anchorOf(of('notary'))), member: 'a stranger' },
    ]
    for (const one of bad) assert.equal(judgeAnchors(policy, HEIGHT, [...good, one]).anchor, null)
    assert.equal(judgeAnchors(policy, HEIGHT, [...good, court]).anchor, null)
  })

  test('of two hashes with a quorum each are both refused', async () => {
    const both = [of('court'), of('notary'), of('regulator')]
    const given = await Promise.all([...both.map((one) => anchorOf(one)), ...both.map((one) => anchorOf(one, forged))])
    assert.equal(judgeAnchors(policy, HEIGHT, given).anchor, null)
  })
})
