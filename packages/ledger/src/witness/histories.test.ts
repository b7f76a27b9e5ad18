/**
 * Random histories: members commit the same entries at their own pace, restart, and lose, delay, double and mix up each other's
 * messages, while one signs other logs. In the end all honest ones believe the same, and all hold the evidence.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeJson } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { formatNote, parseNote, parseSignedCheckpoint } from '@mingzheng/proof'
import { createTestConsortium } from '@mingzheng/proof/testing'
import fc from 'fast-check'
import { type Carry, type TestWitness, testWitnesses } from '../testing/test-witnesses.ts'

const HONEST = ['regulator', 'court', 'notary', 'forensic']
const SIZES = 12
const entries = Array.from({ length: SIZES }, () => seededRandom('histories')(60)).map((entry, i) =>
  entry.map((b) => b ^ i),
)

const history = fc.record({
  steps: fc.array(
    fc.record({
      node: fc.nat(HONEST.length - 1),
      does: fc.constantFrom('commit', 'commit', 'commit', 'restart', 'lie'),
    }),
    { minLength: 10, maxLength: 60 },
  ),
  /** Of 256 messages so many are lost, and so many come twice. */
  lost: fc.nat(160),
  doubled: fc.nat(60),
  seed: fc.nat(),
})

/** A line of the dishonest member over a root that the log never had. */
async function lie(size: number, variant: number): Promise<Uint8Array> {
  const other = createTestConsortium()
  other.append(...Array.from({ length: size }, () => Uint8Array.of(variant)))
  const note = parseNote(await other.checkpoint('sha256', ['ca']))
  return encodeJson({ v: 1, notes: [formatNote({ text: note.text, signatures: note.signatures.slice(1) })] })
}

const namesOf = (checkpoint: string) =>
  parseNote(checkpoint)
    .signatures.slice(1)
    .map(({ name }) => name)

test('whatever order messages and restarts come in, honest members end with the same believed checkpoints', {
  timeout: 120_000,
}, async () => {
  const property = fc.asyncProperty(history, async ({ steps, lost, doubled, seed }) => {
    const random = seededRandom(`history ${seed}`)
    const roll = () => random(1)[0]!
    let calm = false
    const carry: Carry = async (_from, to, message) => {
      if (calm) return
      if (roll() < lost) throw new Error('lost')
      const again = roll() < doubled
      await new Promise((resolve) => setTimeout(resolve, roll() % 6))
      if (again) nodes.get(to)!.witness.receive(message)
    }
    const nodes: Map<string, TestWitness> = await testWitnesses({
      consortium: createTestConsortium(),
      ids: HONEST,
      carry,
      retryMs: 5,
    })
    const commit = (node: TestWitness) => {
      const next = entries[node.log.size]
      if (next !== undefined) node.commit(next)
    }
    let lies = 0
    for (const { node: at, does } of steps) {
      const node = nodes.get(HONEST[at]!)!
      if (does === 'commit') commit(node)
      else if (does === 'restart') await node.restart()
      else {
        const size = 1 + (roll() % SIZES)
        const message = await lie(size, lies)
        lies++
        for (const one of nodes.values()) one.witness.receive(message)
      }
      if (roll() < 64) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    for (const node of nodes.values()) while (node.log.size < SIZES) commit(node)
    calm = true
    const done = ({ believed }: TestWitness) => {
      const newest = believed.at(-1)
      return newest?.size === SIZES && namesOf(newest.sha256).length === 4 && namesOf(newest.sm3).length === 4
    }
    while (![...nodes.values()].every(done)) await new Promise((resolve) => setTimeout(resolve, 2))
    const roots = new Map<number, string>()
    for (const { believed } of nodes.values()) {
      for (const [i, { size, sha256, sm3 }] of believed.entries()) {
        assert.ok(size >= (believed[i - 1]?.size ?? 0), 'sizes ascend')
        const texts = [sha256, sm3].map((one) => parseSignedCheckpoint(one).note.text).join()
        assert.equal(texts, roots.get(size) ?? texts, `two checkpoints of ${size} are believed`)
        roots.set(size, texts)
        for (const one of [sha256, sm3]) assert.ok(!namesOf(one).includes('ca.test'), 'the liar does not count')
      }
    }
    const [first, ...others] = [...nodes.values()].map(({ believed }) => believed.at(-1)!)
    for (const other of others) {
      assert.deepEqual([namesOf(other.sha256), namesOf(other.sm3)], [namesOf(first!.sha256), namesOf(first!.sm3)])
    }
    // A line that a restart made forget while it waited is no evidence yet; what was compared is.
    const accused = new Set(
      [...nodes.values()].flatMap(({ found }) => found.flatMap(({ equivocation }) => equivocation.members)),
    )
    assert.ok(
      [...accused].every(({ id }) => id === 'ca'),
      'only the liar is accused',
    )
    for (const node of nodes.values()) await node.witness.close()
    if (lies === 0) assert.equal(accused.size, 0)
  })
  await fc.assert(property, { numRuns: 12, seed: 20261124 })
})
