/**
 * Hostile packages: every class of byte of a small evidence package changed at random, by seed, and the ZIP made lie about
 * itself. None is accepted, none crashes the verifier, each is judged within bounds.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isRefusal } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { memorySource, type PlacedMember, type Report, readLayout, verifyPackage } from '@mingzheng/proof'
import { buildSamplePackage, packageOf } from '@mingzheng/proof/testing'

type Bytes = Uint8Array

const SEED = process.env.MUTATION_SEED ?? 'mutations 1'
const ROUNDS = Number(process.env.MUTATION_ROUNDS ?? 20_000)
/** Seconds of processor time that one judgement may cost at the very most; most take milliseconds. */
const BOUND_MS = 5_000

const sample = await buildSamplePackage({ files: [{ path: 'data/page.txt', content: new Uint8Array(64).fill(65) }] })
const layout = await readLayout(memorySource(sample.bytes))
if (isRefusal(layout)) throw new Error('the sample is no package')
const { members, tailAt } = layout

const verify = (bytes: Bytes): Promise<Report> =>
  verifyPackage(memorySource(bytes), { policies: [sample.policy], now: sample.now })

/** A reproducible source of whole numbers. */
function dice(seed: string): (below: number) => number {
  const random = seededRandom(seed)
  return (below) => {
    const [a, b, c, d] = random(4) as unknown as [number, number, number, number]
    return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % below
  }
}

/** Changes a few bytes of a range in one of the ways in which files get damaged or forged. */
function mutate(bytes: Bytes, from: number, to: number, roll: (below: number) => number): Bytes {
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
  forge(roll: (below: number) => number): Bytes | Promise<Bytes>
}

const bytesOf = (member: PlacedMember) => sample.bytes.subarray(member.dataAt, member.dataAt + member.bytes)

/** The file as it is, with one stretch changed. */
const regions: Region[] = [
  ...members.flatMap((member): Region[] => [
    {
      name: `${member.path}, header`,
      forge: (roll) => mutate(sample.bytes, member.headerAt, member.dataAt, roll),
    },
    {
      name: `${member.path}, content`,
      forge: (roll) => mutate(sample.bytes, member.dataAt, member.dataAt + member.bytes, roll),
    },
    {
      // With CRCs and headers put right, so that only what the package proves can tell.
      name: `${member.path}, repacked`,
      forge: (roll) => {
        const content = bytesOf(member)
        return packageOf(new Map(sample.members).set(member.path, mutate(content, 0, content.length, roll)))
      },
    },
  ]),
  { name: 'directory', forge: (roll) => mutate(sample.bytes, tailAt, sample.bytes.length, roll) },
]

/** The small members on which everything rests are repacked more often than the long documents. */
const WEIGHT = (name: string) => (/^(manifest|proof|seal).*repacked$/.test(name) ? 2 : 1)
const wheel = regions.flatMap((region) => Array.from({ length: WEIGHT(region.name) }, () => region))

describe('hostile packages', () => {
  test('the package itself is verified, so that what follows means something', async () => {
    assert.equal((await verify(sample.bytes)).verdict, 'verified')
  })

  test(`of ${ROUNDS} mutations in every part none is accepted, none crashes the verifier (seed "${SEED}")`, async () => {
    const roll = dice(SEED)
    const counts = new Map<string, number>()
    let slowest = 0
    for (let round = 0; round < ROUNDS; round++) {
      const region = wheel[round % wheel.length]!
      let forged = await region.forge(roll)
      while (same(forged, sample.bytes)) forged = await region.forge(roll)
      const start = performance.now()
      const report = await verify(forged)
      slowest = Math.max(slowest, performance.now() - start)
      const at = `round ${round}, ${region.name}`
      assert.ok(report.verdict === 'failed' || report.verdict === 'not-a-package', `${at}: ${report.verdict}`)
      const crash = report.checks.find(({ code }) => code === 'unexpected')
      assert.equal(crash, undefined, `${at}: ${crash?.id} crashed: ${crash?.reason.en}`)
      counts.set(region.name, (counts.get(region.name) ?? 0) + 1)
    }
    assert.equal(counts.size, regions.length)
    assert.ok(slowest < BOUND_MS, `one took ${slowest} ms`)
  })

  test('whole members left out, doubled, swapped or renamed are not accepted', async () => {
    const paths = [...sample.members.keys()]
    for (const path of paths.filter((name) => name !== 'manifest.json')) {
      const without = new Map(sample.members)
      without.delete(path)
      assert.notEqual((await verify(await packageOf(without))).verdict, 'verified', path)
      for (const other of paths) {
        if (other === path) continue
        const swapped = new Map(sample.members)
        swapped.set(path, sample.members.get(other)!).set(other, sample.members.get(path)!)
        assert.equal((await verify(await packageOf(swapped))).verdict, 'failed', `${path} <-> ${other}`)
      }
    }
  })
})
