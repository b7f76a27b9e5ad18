/**
 * What a node takes from outside for its witness, changed at random by seed: cosignatures of peers, answers to pulls, requests to
 * `add-checkpoint`. None crashes it, none is believed, and memory stays where it was.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, encodeJson, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { formatNote, judgeCheckpoint, parseNote, profileKeys } from '@mingzheng/proof'
import { createTestConsortium } from '@mingzheng/proof/testing'
import { MemoryFiles } from '../testing/memory-files.ts'
import { testWitnesses } from '../testing/test-witnesses.ts'
import { formatAddCheckpoint } from './add-checkpoint.ts'
import { TlogWitness } from './tlog-witness.ts'

const SEED = process.env.MUTATION_SEED ?? 'hostile messages 1'
const ROUNDS = Number(process.env.MUTATION_ROUNDS ?? 20_000)

type Roll = (below: number) => number

function dice(seed: string): Roll {
  const random = seededRandom(seed)
  return (below) => {
    const [a, b, c, d] = random(4) as unknown as [number, number, number, number]
    return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % below
  }
}

/** Something else than it was, in a few of the ways in which messages get damaged or forged. */
function mutate(bytes: Bytes, roll: Roll): Bytes {
  const at = roll(bytes.length)
  const out = new Uint8Array(bytes)
  switch (roll(7)) {
    case 0:
      out[at]! ^= 1 << roll(8)
      return out
    case 1:
      out[at] = roll(256)
      return out
    case 2:
      return Uint8Array.from([...bytes.subarray(0, at), roll(256), ...bytes.subarray(at)])
    case 3:
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1 + roll(40))])
    case 4:
      out.copyWithin(at, roll(bytes.length), roll(bytes.length))
      return out
    case 5:
      return bytes.subarray(0, at)
    default: {
      // A digit of a size or a time.
      const digits = [...bytes.keys()].filter((i) => bytes[i]! >= 0x30 && bytes[i]! <= 0x39)
      if (digits.length > 0) out[digits[roll(digits.length)]!] = 0x30 + roll(10)
      return out
    }
  }
}

const same = (a: Bytes, b: Bytes) => a.length === b.length && a.every((byte, i) => byte === b[i])
const random = seededRandom('hostile messages')
const entries = Array.from({ length: 6 }, () => random(80))

describe(`hostile messages (seed "${SEED}")`, { timeout: 300_000 }, () => {
  test(`of peers: ${ROUNDS} of them, none crashes, none is believed, none accuses, memory stays`, async () => {
    const consortium = createTestConsortium()
    const cut = () => Promise.reject(new Error('cut'))
    const nodes = await testWitnesses({ consortium, ids: ['regulator', 'ca'], carry: cut })
    const node = nodes.get('regulator')!
    node.commit(...entries)
    const notes: string[] = []
    for (const size of [6, 9]) {
      const own = createTestConsortium()
      own.append(...entries, ...Array.from({ length: size - 6 }, () => random(80)))
      for (const profile of ['sha256', 'sm3'] as const) {
        const { text, signatures } = parseNote(await own.checkpoint(profile, ['court', 'notary', 'forensic']))
        notes.push(formatNote({ text, signatures: signatures.slice(1) }))
      }
    }
    const good = notes.map((note) => encodeJson({ v: 1, notes: [note] }))
    const whole = encodeJson({ v: 1, notes })
    const roll = dice(SEED)
    let before = 0
    for (let round = 0; round < ROUNDS; round++) {
      // What is known already would be passed over: a node that has seen nothing judges everything.
      const message = mutate(roll(8) === 0 ? whole : good[roll(good.length)]!, roll)
      if ([whole, ...good].some((one) => same(one, message))) continue
      node.witness.receive(message)
      node.witness.exchange.answer(roll(1000))
      if (round === Math.floor(ROUNDS / 4)) before = process.memoryUsage().heapUsed
    }
    const grown = process.memoryUsage().heapUsed - before
    assert.ok(grown < 64 << 20, `the heap grew by ${grown} bytes`)
    // Lines that were left whole count, and only they.
    for (const checkpoint of node.believed) {
      for (const profile of ['sha256', 'sm3'] as const) {
        const keys = profileKeys(consortium.policy, profile)
        const { log, members, quorum, checkpoint: said } = judgeCheckpoint(checkpoint[profile], consortium.policy, keys)
        assert.deepEqual(
          [log, members, quorum].map(({ status }) => status),
          ['passed', 'passed', 'passed'],
        )
        assert.deepEqual(said?.root, node.log.trees[profile].rootAt(6))
      }
    }
    assert.equal(node.found.length, 0)
    for (const { witness } of nodes.values()) await witness.close()
  })

  test(`to add-checkpoint: ${ROUNDS} of them, none crashes, none moves the last checkpoint`, async () => {
    const log = createTestConsortium()
    log.append(...entries)
    const first = parseNote(await log.checkpoint('sha256', ['court']))
    const signed = formatNote({ text: first.text, signatures: first.signatures.slice(0, 1) })
    log.append(...entries)
    const second = parseNote(await log.checkpoint('sha256', ['court']))
    const next = formatNote({ text: second.text, signatures: second.signatures.slice(0, 1) })
    const origin = log.policy.origin
    const witness = new TlogWitness({
      logs: [{ origin, keys: [log.signersOf('court').sha256[0].key] }],
      signers: [log.signersOf('notary').sha256[1]],
      files: new MemoryFiles(),
      folder: '/witness',
    })
    assert.equal((await witness.addCheckpoint(utf8(formatAddCheckpoint(0, [], signed)))).status, 200)
    const request = utf8(formatAddCheckpoint(6, log.consistency('sha256', 6), next))
    const roll = dice(`${SEED} add-checkpoint`)
    const statuses = new Set<number>()
    for (let round = 0; round < ROUNDS; round++) {
      const message = mutate(request, roll)
      if (same(message, request)) continue
      const { status } = await witness.addCheckpoint(message)
      assert.notEqual(status, 200, new TextDecoder().decode(message))
      statuses.add(status)
    }
    assert.equal(witness.last(origin)!.size, 6)
    assert.deepEqual([...statuses].sort(), [400, 403, 404, 409, 422])
    assert.equal((await witness.addCheckpoint(request)).status, 200)
  })
})
