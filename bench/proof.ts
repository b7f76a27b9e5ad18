/**
 * `proof`: 10,000 receipts verified on one core, each tree, against the bare hashes and the shared signature checks that
 * they cannot do without. Receipts come in the order of the log, as an audit reads them.
 */
import { type Bytes, type DigestName, digest, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { createReceiptVerifier, namesKey, parseNote, parseTlogProof, profileKeys, verifyLine } from '@mingzheng/proof'
import { createTestLog } from '@mingzheng/proof/testing'
import type { BenchResult, Figure } from './result/result.ts'

const RECEIPTS = 10_000
/** A checkpoint stands for about as many receipts as a batch of the gateway has items. */
const CHECKPOINTS = 10
const LEAVES = 200_000
const ROUNDS = 15
const MOST = 1.3

interface Receipt {
  entry: Bytes
  proof: string
}

const log = createTestLog({ seed: 'bench proof' })

/** Receipts of leaves all over a growing log, each under the checkpoint of its time. */
async function receipts(): Promise<Record<DigestName, Receipt[]>> {
  const random = seededRandom('bench proof')
  const made: Record<DigestName, Receipt[]> = { sha256: [], sm3: [] }
  for (let stage = 0; stage < CHECKPOINTS; stage++) {
    const count = LEAVES / CHECKPOINTS
    const salt = random(120)
    const entries = Array.from({ length: count }, (_, i) => Uint8Array.from([...salt, ...utf8(`${stage}/${i}`)]))
    const first = log.append(...entries)
    for (const profile of ['sha256', 'sm3'] as const) {
      const checkpoint = await log.checkpoint(profile)
      const step = count / (RECEIPTS / CHECKPOINTS)
      for (let i = 0; i < count; i += step) {
        made[profile].push({ entry: entries[i]!, proof: await log.receipt(profile, first + i, checkpoint) })
      }
    }
  }
  return made
}

/** The hashes and signature checks of the receipts and nothing else: no parsing, no copying, no comparing. */
function bare(profile: DigestName, list: Receipt[]): () => void {
  const node = new Uint8Array(65)
  const work = list.map(({ entry, proof }) => ({
    leaf: new Uint8Array(entry.length + 1),
    nodes: parseTlogProof(proof).path.length,
  }))
  const { keys } = profileKeys(log.policy, profile)
  const notes = [...new Set(list.map(({ proof }) => parseTlogProof(proof).checkpoint))].map((text) => parseNote(text))
  return () => {
    for (const { leaf, nodes } of work) {
      digest(profile, leaf)
      for (let i = 0; i < nodes; i++) digest(profile, node)
    }
    for (const note of notes) {
      for (const line of note.signatures) verifyLine(note, line, keys.find((key) => namesKey(line, key))!)
    }
  }
}

function verify(profile: DigestName, list: Receipt[]): () => void {
  return () => {
    const verifier = createReceiptVerifier(log.policy)
    for (const { entry, proof } of list) {
      if (verifier.verify({ entry, proof, profile }).verdict !== 'verified')
        throw new Error('a receipt does not verify')
    }
  }
}

/** Seconds of one core that the quickest round of each took, in turns so that both meet the same weather. */
function race(one: () => void, other: () => void): [number, number] {
  const best: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, work] of [one, other].entries()) {
      const start = process.cpuUsage()
      work()
      const { user, system } = process.cpuUsage(start)
      best[i as 0 | 1] = Math.min(best[i as 0 | 1], (user + system) / 1e6)
    }
  }
  return best
}

export async function run(): Promise<BenchResult> {
  const made = await receipts()
  const figures: Figure[] = []
  let [total, totalBare] = [0, 0]
  const figure = (name: string, value: number, reference: number): Figure => ({
    name,
    value,
    unit: 's of one core',
    reference: { name: 'bare hashes and signature checks', value: reference },
    ratio: value / reference,
    target: `<= ${MOST} x the reference`,
    met: value / reference <= MOST,
  })
  for (const profile of ['sha256', 'sm3'] as const) {
    const [verified, hashed] = race(verify(profile, made[profile]), bare(profile, made[profile]))
    total += verified
    totalBare += hashed
    figures.push(figure(`${RECEIPTS} receipts, ${profile} tree`, verified, hashed))
  }
  figures.push(figure(`${RECEIPTS} receipts, both trees`, total, totalBare))
  return { bench: 'proof', figures }
}
