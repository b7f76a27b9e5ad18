import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, concat, equalBytes, toHex, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import fc from 'fast-check'
import { boxKeyOf, newBoxKey } from './box-key.ts'
import { isPart, PartTree, partPathBytes, partTreeOf } from './part-tree.ts'
import {
  newSealing,
  plainSize,
  readSealing,
  SEALED_HEADER_BYTES,
  SEALED_PART_BYTES,
  SEALED_PLAIN_BYTES,
  sealedPartAt,
  sealedSize,
} from './sealed-file.ts'
import { openStream, pieces, sealStream } from './sealed-stream.ts'

const random = seededRandom('sealed files')
const reader = newBoxKey()
const context = utf8('holding 1')

async function collect(parts: AsyncIterable<Bytes>): Promise<Bytes[]> {
  const all: Bytes[] = []
  for await (const part of parts) all.push(part)
  return all
}

async function sealed(plain: Bytes, to = reader.publicKey, about = context): Promise<Bytes[]> {
  return collect(sealStream(await newSealing(to, about), [plain]))
}

async function opened(parts: readonly Bytes[], privateKey = reader.privateKey, about = context): Promise<Bytes> {
  const sealing = await readSealing(parts[0]!, privateKey, about)
  return concat(...(await collect(openStream(sealing, parts.slice(1)))))
}

describe('a sealed file', () => {
  test('of any size is opened by its reader, and has the size that was foretold', async () => {
    for (const bytes of [0, 1, 100, SEALED_PLAIN_BYTES - 1, SEALED_PLAIN_BYTES, SEALED_PLAIN_BYTES + 1, 200_000]) {
      const plain = random(bytes)
      const parts = await sealed(plain)
      const size = parts.reduce((sum, part) => sum + part.length, 0)
      assert.deepEqual({ parts: parts.length, bytes: size }, sealedSize(bytes))
      assert.equal(plainSize(size), bytes)
      assert.ok(equalBytes(await opened(parts), plain))
      for (const [i, part] of parts.entries()) {
        const { start, end } = sealedPartAt(i, size)
        assert.equal(end - start, part.length)
      }
    }
  })

  test('is the same whatever pieces its bytes come in', async () => {
    const plain = random(150_000)
    const sealing = await newSealing(reader.publicKey, context)
    const whole = await collect(sealStream(sealing, [plain]))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 149_999 }), { maxLength: 8 }), async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), plain.length]
        const chunks = at.slice(1).map((end, i) => plain.subarray(at[i], end))
        const parts = await collect(sealStream(sealing, chunks))
        assert.deepEqual(parts.map(toHex), whole.map(toHex))
      }),
      { seed: 20261124, numRuns: 10 },
    )
  })

  test('never looks the same twice, and tells nothing of its bytes', async () => {
    const [one, two] = [await sealed(utf8('same')), await sealed(utf8('same'))]
    assert.notEqual(toHex(one[0]!), toHex(two[0]!))
    assert.notEqual(toHex(one[1]!), toHex(two[1]!))
  })

  test('does not open for another reader, or in another file’s place', async () => {
    const parts = await sealed(random(1000))
    await assert.rejects(opened(parts, newBoxKey().privateKey), { code: 'sealed-broken' })
    await assert.rejects(opened(parts, reader.privateKey, utf8('holding 2')), { code: 'sealed-broken' })
  })

  test('does not open when its parts are swapped, left out, doubled, cut, lengthened, or of another file', async () => {
    const [header, a, b, c] = (await sealed(random(3 * SEALED_PLAIN_BYTES))) as [Bytes, Bytes, Bytes, Bytes]
    const other = await sealed(random(3 * SEALED_PLAIN_BYTES))
    const wrong: Bytes[][] = [
      [b, a, c],
      [a, c],
      [a, b],
      [a, a, b, c],
      [a, b, c, c],
      [a, b],
      [a, other[2]!, c],
      [a, b, c.subarray(0, c.length - 1)],
      [a, b, concat(c, Uint8Array.of(0))],
      [],
    ]
    for (const parts of wrong) await assert.rejects(opened([header, ...parts]), { code: 'sealed-broken' })
    assert.ok(await opened([header, a, b, c]))
  })

  test('does not open when any one byte of it is another', async () => {
    const parts = await sealed(random(70_000))
    const sizes = parts.map(({ length }) => length)
    await fc.assert(
      fc.asyncProperty(fc.nat(parts.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, at, by) => {
        const changed = parts.map((part) => part.slice())
        changed[which]![at % sizes[which]!]! ^= by
        // RFC 7748 section 5 ignores the highest bit of a key: HPKE's key schedule does not.
        await assert.rejects(opened(changed), ({ code }: { code: string }) => /^sealed-(broken|malformed)$/.test(code))
      }),
      { seed: 20261124, numRuns: 60 },
    )
  })

  test('keys, headers and sizes that are none are refused by name', async () => {
    await assert.rejects(newSealing(random(31), context), { code: 'sealed-malformed' })
    await assert.rejects(newSealing(new Uint8Array(32), context), { code: 'sealed-malformed' })
    await assert.rejects(readSealing(random(SEALED_HEADER_BYTES), reader.privateKey, context), {
      code: 'sealed-malformed',
    })
    await assert.rejects(readSealing(new Uint8Array(3), reader.privateKey, context), { code: 'sealed-malformed' })
    assert.throws(() => boxKeyOf(random(33)), { code: 'sealed-malformed' })
    for (const size of [0, 48, 63, 48 + SEALED_PART_BYTES + 3, 1.5]) {
      assert.throws(() => plainSize(size), { code: 'sealed-malformed' })
    }
  })
})

describe('the tree over the parts', () => {
  test('proves every part at its place, and at no other', async () => {
    const parts = Array.from({ length: 13 }, () => random(40))
    const tree = await partTreeOf(parts)
    const root = tree.root()
    for (const [index, part] of parts.entries()) {
      const path = tree.path(index)
      assert.equal(path.length, partPathBytes(index, parts.length))
      assert.ok(isPart(part, { index, parts: 13, path, root }))
      assert.ok(!isPart(part, { index: (index + 1) % 13, parts: 13, path, root }))
      assert.ok(!isPart(random(40), { index, parts: 13, path, root }))
      assert.ok(!isPart(part, { index, parts: 14, path: path.subarray(32), root }))
    }
    assert.throws(() => new PartTree().path(0), { code: 'proof-range' })
  })

  test('cuts a source into pieces of one size', async () => {
    const source = [random(3), random(10), random(0), random(4)]
    assert.deepEqual(
      (await collect(pieces(source, 5))).map(({ length }) => length),
      [5, 5, 5, 2],
    )
    assert.deepEqual(await collect(pieces([], 5)), [])
  })
})
