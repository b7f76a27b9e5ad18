import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Bytes } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { encodeEntry } from '@mingzheng/proof'
import { MemoryFiles } from '../testing/memory-files.ts'
import { LookupIndex } from './lookup-index.ts'
import { formatSegment, Segment, sortedOrder } from './segment.ts'

const FOLDER = '/index'

interface Sample {
  readonly id: Bytes
  readonly body: { readonly c: Bytes; readonly n: Bytes }
}

/** Entries with their ids and commitments; `crowded` makes keys clash in their first four bytes. */
function samples(count: number, seed: string, crowded = false): Sample[] {
  const random = seededRandom(seed)
  const key = (length: number) => {
    const bytes = random(length)
    if (crowded) bytes.fill(7, 0, 4)
    return bytes
  }
  return Array.from({ length: count }, () => ({ id: random(16), body: { c: key(32), n: key(32) } }))
}

function check(index: LookupIndex, all: readonly Sample[]): void {
  for (const [at, { id, body }] of all.entries()) {
    assert.ok(index.byId(id).includes(at), `id of ${at}`)
    assert.ok(index.byDigest(body.c).includes(at), `commitment of ${at}`)
    assert.ok(index.byDigest(body.n).includes(at), `number of ${at}`)
  }
  for (const { id, body } of samples(50, 'absent')) {
    assert.deepEqual(index.byId(id), [])
    assert.deepEqual(index.byDigest(body.c), [])
  }
}

const entryOf = ({ id, body }: Sample) =>
  encodeEntry({ kind: 'register.fix', id, actor: new Uint8Array(16), time: 0, body })
const breathe = async () => undefined

describe('the look-up index', () => {
  for (const crowded of [false, true]) {
    test(`finds everything in memory, in segments, and merged${crowded ? ', though keys clash' : ''}`, async () => {
      const files = new MemoryFiles()
      const index = new LookupIndex(files, FOLDER)
      const all = samples(1200, 'all', crowded)
      for (const [at, sample] of all.entries()) {
        index.add(at, sample)
        if (at % 100 === 99) {
          await index.persist(true)
          index.mergeAhead(breathe)
          await index.merged()
        }
      }
      check(index, all)
      assert.ok(files.list(FOLDER).length < 8)
      const again = new LookupIndex(files, FOLDER)
      again.load(all.length, () => assert.fail('everything is in segments'))
      check(again, all)
    })
  }

  test('an entry that holds the same digest again is found at both places', async () => {
    const index = new LookupIndex(new MemoryFiles(), FOLDER)
    const [one] = samples(1, 'twice')
    index.add(0, one!)
    await index.persist(true)
    index.add(1, one!)
    assert.deepEqual(index.byDigest(one!.body.c), [0, 1])
  })

  test('what is damaged, missing or beyond the log is built again from the entries', async () => {
    for (const harm of ['damaged', 'missing', 'beyond'] as const) {
      const files = new MemoryFiles()
      const index = new LookupIndex(files, FOLDER)
      const all = samples(300, harm)
      for (const [at, sample] of all.entries()) {
        index.add(at, sample)
        if (at % 100 === 99) await index.persist(true)
      }
      const path = `${FOLDER}/${files.list(FOLDER)[1]}`
      if (harm === 'missing') files.remove(path)
      if (harm === 'damaged') {
        const bytes = files.read(path)
        bytes[bytes.length >> 1]! ^= 1
        files.write(path, bytes)
      }
      const size = harm === 'beyond' ? 250 : 300
      const again = new LookupIndex(files, FOLDER)
      again.load(size, (at) => entryOf(all[at]!))
      check(again, all.slice(0, size))
    }
  })

  test('a fault of the disk loses nothing', async () => {
    const files = new MemoryFiles()
    const index = new LookupIndex(files, FOLDER)
    const all = samples(100, 'fault')
    for (const [at, sample] of all.entries()) index.add(at, sample)
    files.fault = (operation) => (operation === 'write' ? { when: 'lost', code: 'storage-full' } : null)
    await assert.rejects(index.persist(true), { code: 'storage-full' })
    files.fault = () => null
    check(index, all)
    await index.persist(true)
    check(index, all)
  })
})

test('records are sorted by the first four bytes of their keys', () => {
  const random = seededRandom('sort')
  const high = Uint32Array.from({ length: 1000 }, () => Buffer.from(random(4)).readUInt32BE())
  const order = sortedOrder(high)
  const sorted = [...high].sort((a, b) => a - b)
  assert.deepEqual(
    [...order].map((at) => high[at]),
    sorted,
  )
})

test('a segment of one record, and of none that is asked for, answers', () => {
  const files = new MemoryFiles()
  const key = { high: 5, low: 6 }
  const columns = { high: Uint32Array.of(5), low: Uint16Array.of(6), isId: Uint8Array.of(1) }
  files.write('/one.idx', formatSegment(0, 1, { ...columns, index: Float64Array.of(2 ** 33 + 1) }))
  const segment = Segment.open(files, '/one.idx')
  assert.deepEqual(segment?.find(key), [2 ** 33 + 1])
  assert.deepEqual(segment?.find({ high: 5, low: 7 }), [])
  assert.deepEqual(segment?.find({ high: 2 ** 32 - 1, low: 7 }), [])
  assert.ok(segment?.filter.has(key))
})
