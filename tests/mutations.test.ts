/**
 * Hostile packages: every class of byte of a small evidence package changed at random, by seed, and the ZIP made lie about
 * itself. None is accepted, none crashes the verifier, each is judged within bounds.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isRefusal } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { memorySource, type PlacedMember, type Report, readLayout, verifyPackage } from '@mingzheng/proof'
import { buildSamplePackage, packageOf, type SamplePackage } from '@mingzheng/proof/testing'

type Bytes = Uint8Array

const SEED = process.env.MUTATION_SEED ?? 'mutations 1'
const ROUNDS = Number(process.env.MUTATION_ROUNDS ?? 20_000)
/** Seconds of processor time that one judgement may cost at the very most; most take milliseconds. */
const BOUND_MS = 5_000

/** A capture with everything, and a registered file: as few members as a package can have, so that more rounds fit. */
const capture = await buildSamplePackage({ files: [{ path: 'data/page.txt', content: new Uint8Array(64).fill(65) }] })
const file = await buildSamplePackage({
  files: [{ path: 'data/contract.txt', content: new Uint8Array(64).fill(66) }],
  manifest: { subject: { kind: 'file', title: '', reference: 'ref-1', path: 'data/contract.txt' }, anomalies: [] },
  tamper: (members) => members.delete('documents/record.pdf'),
})

const verify = (sample: SamplePackage, bytes: Bytes): Promise<Report> =>
  verifyPackage(memorySource(bytes), { policies: [sample.policy], now: sample.now })

type Roll = (below: number) => number

/** A reproducible source of whole numbers. */
function dice(seed: string): Roll {
  const random = seededRandom(seed)
  return (below) => {
    const [a, b, c, d] = random(4) as unknown as [number, number, number, number]
    return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % below
  }
}

/** Changes a few bytes of a range in one of the ways in which files get damaged or forged. */
function mutate(bytes: Bytes, from: number, to: number, roll: Roll): Bytes {
  const at = from + roll(to - from)
  const out = new Uint8Array(bytes)
  switch (roll(8)) {
    case 0:
      out[at]! ^= 1 << roll(8)
      return out
    case 1:
      out[at] = roll(256)
      return out
    case 2:
      out.fill(roll(2) * 255, at, Math.min(to, at + 1 + roll(16)))
      return out
    case 3: // A byte more.
      return Uint8Array.from([...bytes.subarray(0, at), roll(256), ...bytes.subarray(at)])
    case 4: // A byte less.
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1)])
    case 5: {
      const other = from + roll(to - from)
      ;[out[at], out[other]] = [out[other]!, out[at]!]
      return out
    }
    case 6: // Something that stands elsewhere.
      out.copyWithin(at, roll(bytes.length), roll(bytes.length))
      return out
    default: // A number one larger or smaller: lengths, counts, times, tags.
      out[at]! += roll(2) === 0 ? 1 : -1
      return out
  }
}

const same = (a: Bytes, b: Bytes) => a.length === b.length && a.every((byte, i) => byte === b[i])

interface Region {
  name: string
  /** A changed package. */
  forge(roll: Roll): Bytes | Promise<Bytes>
}

/** The file as it is, with one stretch changed. */
async function regionsOf(sample: SamplePackage): Promise<Region[]> {
  const layout = await readLayout(memorySource(sample.bytes))
  if (isRefusal(layout)) throw new Error('the sample is no package')
  const { members, tailAt } = layout
  const ofMember = ({ path, headerAt, dataAt, bytes }: PlacedMember): Region[] => [
    { name: `${path}, header`, forge: (roll) => mutate(sample.bytes, headerAt, dataAt, roll) },
    { name: `${path}, content`, forge: (roll) => mutate(sample.bytes, dataAt, dataAt + bytes, roll) },
    {
      // With CRCs and headers put right, so that only what the package proves can tell.
      name: `${path}, repacked`,
      forge: (roll) => {
        const content = sample.bytes.subarray(dataAt, dataAt + bytes)
        return packageOf(new Map(sample.members).set(path, mutate(content, 0, content.length, roll)))
      },
    },
  ]
  const directory = (roll: Roll) => mutate(sample.bytes, tailAt, sample.bytes.length, roll)
  return [...members.flatMap(ofMember), { name: 'directory', forge: directory }]
}

/** Headers are judged at once, and the small members carry everything: both come twice as often as long contents. */
const WEIGHT = (name: string) => (/header$|^(manifest|proof|seal).*repacked$/.test(name) ? 2 : 1)

/** Judges so many forged packages; every region in turn. */
async function attack(sample: SamplePackage, rounds: number, seed: string): Promise<void> {
  const regions = await regionsOf(sample)
  const wheel = regions.flatMap((region) => Array.from({ length: WEIGHT(region.name) }, () => region))
  const roll = dice(seed)
  let slowest = 0
  for (let round = 0; round < rounds; round++) {
    const region = wheel[round % wheel.length]!
    let forged = await region.forge(roll)
    while (same(forged, sample.bytes)) forged = await region.forge(roll)
    const start = performance.now()
    const report = await verify(sample, forged)
    slowest = Math.max(slowest, performance.now() - start)
    const at = `round ${round}, ${region.name}`
    assert.ok(report.verdict === 'failed' || report.verdict === 'not-a-package', `${at}: ${report.verdict}`)
    const crash = report.checks.find(({ code }) => code === 'unexpected')
    assert.equal(crash, undefined, `${at}: ${crash?.id} crashed: ${crash?.reason.en}`)
  }
  assert.ok(slowest < BOUND_MS, `one took ${slowest} ms`)
}

describe('hostile packages', () => {
  test('the packages themselves are verified, so that what follows means something', async () => {
    for (const sample of [capture, file]) assert.equal((await verify(sample, sample.bytes)).verdict, 'verified')
  })

  const fifth = Math.ceil(ROUNDS / 5)
  for (const [name, sample, rounds] of [
    ['a registered file', file, ROUNDS - fifth],
    ['a capture', capture, fifth],
  ] as const) {
    test(`of ${rounds} mutations in every part of ${name} none is accepted, none crashes (seed "${SEED}")`, () =>
      attack(sample, rounds, `${SEED} ${name}`))
  }

  test('whole members left out, swapped or renamed are not accepted', async () => {
    const paths = [...capture.members.keys()]
    for (const path of paths.filter((name) => name !== 'manifest.json')) {
      const without = new Map(capture.members)
      without.delete(path)
      assert.notEqual((await verify(capture, await packageOf(without))).verdict, 'verified', path)
      const swapped = new Map(capture.members)
      for (const other of paths.filter((name) => name > path)) {
        swapped.set(path, capture.members.get(other)!).set(other, capture.members.get(path)!)
        assert.equal((await verify(capture, await packageOf(swapped))).verdict, 'failed', `${path} <-> ${other}`)
        swapped.set(path, capture.members.get(path)!).set(other, capture.members.get(other)!)
      }
      if (!path.startsWith('data/')) continue
      const renamed = new Map(without).set(`${path}x`, capture.members.get(path)!)
      assert.notEqual((await verify(capture, await packageOf(renamed))).verdict, 'verified', path)
    }
  })

  test('members that are bombs are refused by name: nesting, lengths, counts, pages', async () => {
    const text = (content: string) => new TextEncoder().encode(content)
    const deep = text('['.repeat(500_000) + ']'.repeat(500_000))
    const bombs: [path: string, bytes: Bytes][] = [
      ['manifest.json', deep],
      ['manifest.json', text(`{"files":[${'{},'.repeat(300_000)}{}]}`)],
      ['seal.json', deep],
      ['documents/certificate.json', deep],
      ['proof/policy.json', deep],
      ['proof/opening.json', deep],
      ['proof/entry.cbor', new Uint8Array(900_000).fill(0x81)],
      ['proof/entry.cbor', Uint8Array.from([0x9b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff])],
      ['proof/timestamp.tsr', new Uint8Array(250_000).fill(0x30)],
      ['proof/timestamp.tsr', Uint8Array.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff])],
      ['proof/receipt.tlog-proof', text(`c2sp.org/tlog-proof@v1\nindex 1\n${'A'.repeat(900_000)}`)],
      ['proof/receipt.tlog-proof', text('\n'.repeat(900_000))],
      ['proof/revocation/ca.crl', new Uint8Array(900_000).fill(0x30)],
      ['documents/certificate.pdf', text(`%PDF-1.7\n${'<<'.repeat(500_000)}\nstartxref\n9\n%%EOF`)],
      ['documents/certificate.pdf', text(`${'/ByteRange [0 1 2 3] '.repeat(200_000)}`)],
    ]
    for (const [path, bytes] of bombs) {
      const start = performance.now()
      const report = await verify(capture, await packageOf(new Map(capture.members).set(path, bytes)))
      const took = performance.now() - start
      assert.equal(report.verdict, 'failed', path)
      const crash = report.checks.find(({ code }) => code === 'unexpected')
      assert.equal(crash, undefined, `${path}: ${crash?.id} crashed: ${crash?.reason.en}`)
      assert.ok(took < BOUND_MS, `${path} took ${took} ms`)
    }
  })

  test('a package that says it is enormous is refused before anything of that size is read', async () => {
    let read = 0
    for (const size of [2 ** 33, 2 ** 41, Number.MAX_SAFE_INTEGER]) {
      const source = {
        size,
        read: async (_: number, length: number) => {
          read += length
          return new Uint8Array(length)
        },
      }
      const report = await verifyPackage(source, { policies: [], now: 0 })
      assert.equal(report.verdict, 'not-a-package')
    }
    assert.ok(read < 10_000)
  })
})
