import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodeCbor, encodeCbor, generatePrivateKey, publicKeyOf, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import fc from 'fast-check'
import { actorOf, decodeEntry, type Entry, encodeEntry, fixBody, readFixBody } from './entry.ts'

const random = seededRandom('entries')
const entry: Entry = {
  kind: 'evidence.fix',
  id: random(16),
  actor: actorOf(publicKeyOf(generatePrivateKey('ed25519', random))),
  time: 1_795_507_200_123,
  body: fixBody({ commitment: random(32), commitmentSm3: random(32), number: random(32) }),
}

describe('an entry', () => {
  test('comes back as it was written, and is small', () => {
    const bytes = encodeEntry(entry)
    assert.deepEqual(decodeEntry(bytes), entry)
    assert.ok(bytes.length <= 190, `${bytes.length} bytes`)
  })

  test('that fixes evidence says so, with a number or without', () => {
    assert.deepEqual(fixBody(readFixBody(entry)), entry.body)
    const { n: _, ...body } = entry.body
    assert.equal(readFixBody({ ...entry, body }).number, undefined)
  })

  test('of another kind or body does not fix evidence', () => {
    assert.throws(() => readFixBody({ ...entry, kind: 'evidence.other' }), { code: 'entry-malformed' })
    assert.throws(() => readFixBody({ ...entry, body: { ...entry.body, x: 1 } }), { code: 'entry-malformed' })
    assert.throws(() => readFixBody({ ...entry, body: { ...entry.body, c: new Uint8Array(31) } }), {
      code: 'entry-malformed',
    })
    assert.throws(() => readFixBody({ ...entry, body: { ...entry.body, n: null } }), { code: 'entry-malformed' })
  })

  test('after others like it, or unlike it, has the one encoding of its parts', () => {
    const roll = (below: number) => random(1)[0]! % below
    const widths = [0, 1, 23, 24, 32, 32, 32, 255, 256]
    const names = ['n', 'c', 's', 'aa', 'B', '\u00e9']
    const shapes = Array.from({ length: 6 }, () =>
      names.slice(roll(4), 2 + roll(5)).map((name) => ({ name, width: widths[roll(9)]! })),
    )
    const value = (width: number) => (roll(40) === 0 ? roll(1000) : random(roll(60) === 0 ? width + 1 : width))
    for (let i = 0; i < 1000; i++) {
      const kind = ['evidence.fix', 'evidence.begin'][roll(2)]!
      const body = Object.fromEntries(shapes[roll(6)]!.map(({ name, width }) => [name, value(width)]))
      const one = { kind, id: random(16), actor: random(16), time: [1, 1, 1, 300][roll(4)]!, body }
      const bytes = encodeEntry(one)
      assert.deepEqual(bytes, encodeCbor({ v: 1, k: kind, i: one.id, a: one.actor, t: one.time, b: body }))
      assert.deepEqual(decodeEntry(bytes), one)
    }
  })

  test('of a wrong shape is neither written nor read', () => {
    for (const wrong of [
      { kind: '' },
      { kind: 'evidence' },
      { kind: 'Evidence.fix' },
      { kind: `evidence.${'x'.repeat(64)}` },
      { id: new Uint8Array(15) },
      { actor: new Uint8Array(17) },
      { time: -1 },
      { time: 0.5 },
      { time: 2 ** 53 },
      { body: [] as unknown as Entry['body'] },
      { body: { x: new Uint8Array(20_000) } },
    ]) {
      assert.throws(() => encodeEntry({ ...entry, ...wrong }), { code: 'entry-malformed' }, JSON.stringify(wrong))
    }
    const stored = decodeCbor(encodeEntry(entry)) as { [key: string]: never }
    for (const wrong of [
      { ...stored, v: 2 },
      { ...stored, x: 1 },
      { ...stored, t: undefined },
      { ...stored, b: 'x' },
      7,
    ]) {
      const bytes = encodeCbor(JSON.parse(JSON.stringify(wrong, (_, v) => (v === undefined ? null : v))))
      assert.throws(() => decodeEntry(bytes), { code: 'entry-malformed' })
    }
  })

  test('with any byte changed, cut or added is refused, or says something else in its one encoding', () => {
    const bytes = encodeEntry(entry)
    assert.throws(() => decodeEntry(bytes.subarray(0, -1)), { code: 'entry-malformed' })
    assert.throws(() => decodeEntry(Uint8Array.of(...bytes, 0)), { code: 'entry-malformed' })
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = bytes.map((byte, i) => (i === at ? byte ^ flip : byte))
        let read: Entry
        try {
          read = decodeEntry(changed)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'entry-malformed')
          return
        }
        assert.equal(toHex(encodeEntry(read)), toHex(changed))
        assert.notDeepEqual(read, entry)
      }),
      { seed: 20261124, numRuns: 3000 },
    )
  })
})
