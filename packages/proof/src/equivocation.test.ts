import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeJson, type JsonValue, toBase64, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { formatNote, parseNote } from './checkpoint/note.ts'
import {
  decodeEquivocation,
  type EquivocationEvidence,
  encodeEquivocation,
  verifyEquivocation,
} from './equivocation.ts'
import type { Profile } from './policy.ts'
import { createTestConsortium, type TestConsortium } from './testing/test-consortium.ts'

const random = seededRandom('equivocation')
const entries = Array.from({ length: 9 }, () => random(60))
const grown = (size: number, fork?: string): TestConsortium => {
  const made = createTestConsortium()
  const other = fork === undefined ? null : seededRandom(fork)
  made.append(...entries.slice(0, size).map((entry) => other?.(60) ?? entry))
  return made
}
const { policy } = createTestConsortium()
const ledger = grown(9)
const by = ['regulator', 'court', 'ca']

/** The members' lines alone, without the log's. */
const linesOf = async (of: TestConsortium, profile: Profile, ids: readonly string[]) => {
  const { text, signatures } = parseNote(await of.checkpoint(profile, ids))
  return formatNote({ text, signatures: signatures.slice(1) })
}
const verdict = (evidence: EquivocationEvidence, under = policy) => {
  const result = verifyEquivocation(evidence, under)
  return 'code' in result
    ? result.code
    : `${result.kind}: ${result.members.map(({ id }) => id).join()} at ${result.size}`
}

describe('evidence of equivocation', () => {
  for (const profile of ['sha256', 'sm3'] as const) {
    test(`convicts who signed two roots of one size (${profile})`, async () => {
      const contrary = await linesOf(grown(9, 'fork'), profile, ['court'])
      const both = await linesOf(ledger, profile, ['court'])
      assert.equal(verdict({ believed: both, contrary }), 'double-signed: court at 9')
      // With its log key too.
      const { text } = parseNote(contrary)
      const log = await createTestConsortium().signersOf('court')[profile][0].sign(text)
      assert.equal(
        verdict({ believed: both, contrary: formatNote({ text, signatures: [log] }) }),
        'double-signed: court at 9',
      )
    })

    test(`convicts who signed a root that the ledger has not, at the same size and at a smaller one (${profile})`, async () => {
      const believed = await ledger.checkpoint(profile, by)
      const same = await linesOf(grown(9, 'fork'), profile, ['forensic', 'notary'])
      assert.equal(verdict({ believed, contrary: same }), 'against-ledger: forensic,notary at 9')
      const contrary = await linesOf(grown(4, 'fork'), profile, ['forensic'])
      const consistency = { root: grown(4).root(profile), path: ledger.consistency(profile, 4) }
      assert.equal(verdict({ believed, contrary, consistency }), 'against-ledger: forensic at 4')
      const bytes = encodeEquivocation({ believed, contrary, consistency })
      assert.ok(bytes.length < 4096)
      assert.deepEqual(decodeEquivocation(bytes), { believed, contrary, consistency })
    })
  }
})

describe('an accusation that proves nothing', () => {
  const fork = grown(9, 'fork')

  test('is refused by name', async () => {
    const believed = await ledger.checkpoint('sha256', by)
    const contrary = await linesOf(fork, 'sha256', ['forensic'])
    const { text, signatures } = parseNote(contrary)
    const damaged = signatures.map((line) => ({
      ...line,
      signature: line.signature.map((byte, i) => (i === 30 ? byte ^ 1 : byte)),
    }))
    const stranger = createTestConsortium({ seed: 'stranger' })
    stranger.append(...entries)
    const elsewhere = createTestConsortium({ origin: 'elsewhere.test' })
    elsewhere.append(...entries)
    const early = await linesOf(grown(4, 'fork'), 'sha256', ['forensic'])
    const consistency = { root: grown(4).root('sha256'), path: ledger.consistency('sha256', 4) }
    const cases: [EquivocationEvidence, string][] = [
      [{ believed: 'x', contrary }, 'equivocation-malformed'],
      [{ believed, contrary: 'x' }, 'equivocation-malformed'],
      [{ believed, contrary: formatNote({ text, signatures: damaged }) }, 'equivocation-unsigned'],
      [{ believed, contrary: await linesOf(stranger, 'sha256', ['court']) }, 'equivocation-unsigned'],
      [{ believed, contrary: await linesOf(elsewhere, 'sha256', ['court']) }, 'equivocation-other-log'],
      [{ believed, contrary: await linesOf(fork, 'sm3', ['forensic']) }, 'equivocation-other-log'],
      [{ believed, contrary: await linesOf(ledger, 'sha256', ['forensic']) }, 'equivocation-same-root'],
      [{ believed, contrary: early }, 'equivocation-sizes'],
      [
        { believed, contrary: early, consistency: { ...consistency, path: consistency.path.slice(1) } },
        'equivocation-sizes',
      ],
      [{ believed, contrary: early, consistency: { ...consistency, root: random(32) } }, 'equivocation-sizes'],
      [{ believed, contrary, consistency: { root: ledger.root('sha256'), path: [] } }, 'equivocation-sizes'],
      // Not enough to believe the other one, and not by the same member.
      [{ believed: await ledger.checkpoint('sha256', ['regulator', 'ca']), contrary }, 'equivocation-not-believed'],
      [{ believed: await linesOf(ledger, 'sha256', by), contrary }, 'equivocation-not-believed'],
    ]
    for (const [i, [evidence, code]] of cases.entries()) assert.equal(verdict(evidence), code, String(i))
  })

  test('that signed both at different sizes is none', async () => {
    const contrary = await linesOf(grown(4, 'fork'), 'sha256', ['court'])
    assert.equal(verdict({ believed: await linesOf(ledger, 'sha256', ['court']), contrary }), 'equivocation-sizes')
  })

  test('is malformed in any other spelling, or longer than an item', async () => {
    const good = {
      version: 1,
      believed: await ledger.checkpoint('sha256', by),
      contrary: await linesOf(fork, 'sha256', ['ca']),
    }
    const root = toBase64(ledger.root('sha256'))
    const wrong: JsonValue[] = [
      { ...good, version: 2 },
      { ...good, more: 1 },
      { ...good, contrary: '' },
      { ...good, consistency: { root: root.slice(1), path: [] } },
      { ...good, consistency: { root, path: Array.from({ length: 65 }, () => root) } },
      { ...good, believed: 'x'.repeat(4096) },
    ]
    for (const one of wrong)
      assert.throws(() => decodeEquivocation(encodeJson(one)), { code: 'equivocation-malformed' })
    assert.throws(() => decodeEquivocation(utf8(JSON.stringify(good, null, 1))), { code: 'equivocation-malformed' })
  })
})
