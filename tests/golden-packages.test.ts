/** Packages as first published: they must verify for ever, and not one byte of them may differ. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { seededRandom } from '@mingzheng/kernel/testing'
import { memorySource, parsePolicy, type Report, verifyPackage } from '@mingzheng/proof'

const GOLDEN = join(import.meta.dirname, '..', 'vectors', 'golden')
const YEAR = 365 * 86_400_000
const MUTATIONS = 60

interface Expected {
  sha256: string
  number: string
  edition: number
  editionKind: string
  kind: string
  manifestSha256: string
  fixed: string
  passed: string[]
}

const sets = readdirSync(GOLDEN).filter((name) => name.startsWith('package-'))

test('there are golden packages', () => assert.ok(sets.length > 0))

for (const set of sets) {
  const read = (name: string) => new Uint8Array(readFileSync(join(GOLDEN, set, name)))
  const policy = parsePolicy(read('policy.json'))
  const expected = JSON.parse(readFileSync(join(GOLDEN, set, 'verdicts.json'), 'utf8')) as Record<string, Expected>
  const verify = (bytes: Uint8Array, now: number, policies = [policy]): Promise<Report> =>
    verifyPackage(memorySource(bytes), { policies, now })

  describe(`golden packages of ${set}`, () => {
    for (const [name, facts] of Object.entries(expected)) {
      const bytes = read(name)
      const soon = Date.parse(facts.fixed) + 3_600_000

      test(`${name} verifies an hour later and thirty years later, and says the same of itself`, async () => {
        assert.equal(createHash('sha256').update(bytes).digest('hex'), facts.sha256)
        for (const now of [soon, soon + 30 * YEAR]) {
          const report = await verify(bytes, now)
          assert.equal(report.verdict, 'verified', report.statement.en)
          const passed = report.checks.filter(({ status }) => status === 'passed').map(({ id }) => id)
          for (const id of facts.passed) assert.ok(passed.includes(id as (typeof passed)[number]), id)
          const { number, edition, editionKind, kind, manifestSha256 } = report.subject!
          const { sha256: _, passed: __, ...said } = facts
          assert.deepEqual({ number, edition, editionKind, kind, manifestSha256, fixed: report.ledger!.time }, said)
        }
        assert.equal((await verify(bytes, soon, [])).verdict, 'incomplete')
      })

      test(`${name} with any byte changed does not (seed "golden ${name}")`, async () => {
        const random = seededRandom(`golden ${name}`)
        for (let round = 0; round < MUTATIONS; round++) {
          const other = new Uint8Array(bytes)
          const at = Number(BigInt(`0x${Buffer.from(random(6)).toString('hex')}`) % BigInt(other.length))
          other[at]! ^= 1 << (round & 7)
          const { verdict } = await verify(other, soon)
          assert.ok(verdict === 'failed' || verdict === 'not-a-package', `byte ${at}`)
        }
      })
    }

    test('the later edition names the earlier one', () => {
      const [first, second] = [expected['capture.zip']!, expected['capture-e2.zip']!]
      assert.equal(second.number, first.number)
      assert.equal(second.edition, first.edition + 1)
    })
  })
}
