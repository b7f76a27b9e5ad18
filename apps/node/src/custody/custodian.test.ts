import assert from 'node:assert/strict'
import { mkdtemp, open, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import {
  answerDigest,
  type CustodyEvent,
  custodyContract,
  drawnParts,
  drawSeed,
  formatProvedParts,
  givenParts,
  MOST_PARTS_SENT,
  readCustodyEvent,
  readProvedParts,
} from '@mingzheng/evidence/contract'
import { type Bytes, concat, digest, equalBytes, isRefusal, toHex, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { type Ledger, type LedgerItem, openLedger } from '@mingzheng/ledger'
import { testLedgerKeys, testLedgerOptions } from '@mingzheng/ledger/testing'
import {
  actorOf,
  newBoxKey,
  newSealing,
  openStream,
  type PartTree,
  partTreeOf,
  readSealing,
  SEALED_HEADER_BYTES,
  sealStream,
} from '@mingzheng/proof'
import { type Custodian, openCustodian } from './custodian.ts'

const random = seededRandom('custodian')
const box = newBoxKey()
/** The test ledger has one gateway: owner, custodian and challenger are one actor here; who may do what the contract's tests show. */
const actor = actorOf(testLedgerKeys('one').gateway.publicKey)
const NUMBER = digest('sha256', utf8('number'))

interface Handed {
  id: Bytes
  plain: Bytes
  parts: Bytes[]
  tree: PartTree
}

describe('a custodian', () => {
  let folder: string
  let ledger: Ledger
  let custodian: Custodian
  const errors: unknown[] = []

  const openIt = (more: object = {}) =>
    openCustodian({
      ledger,
      folder: join(folder, 'custody'),
      actor,
      boxKey: box.privateKey,
      onError: (error) => errors.push(error),
      ...more,
    })
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-custodian-'))
    ledger = await openLedger(testLedgerOptions(join(folder, 'ledger'), { contracts: [custodyContract] }))
  })
  after(async () => {
    await ledger.close()
    await rm(folder, { recursive: true })
  })
  beforeEach(async () => {
    errors.length = 0
    custodian = await openIt()
  })
  afterEach(() => custodian.stop())

  const submit = async (method: string, args: LedgerItem['arguments'], id = random(16)): Promise<Bytes> => {
    const [standing] = await ledger.submit([{ id, contract: 'custody', method, arguments: args }])
    assert.notEqual(standing?.kind, 'refused', standing?.kind === 'refused' ? standing.refusal.detail : '')
    await ledger.wait(id, 'witnessed')
    return id
  }
  const events = async (): Promise<CustodyEvent[]> =>
    (await ledger.entries(0, 100_000)).flatMap((entry) => readCustodyEvent(entry) ?? [])
  const eventOf = async <Kind extends CustodyEvent['kind']>(kind: Kind, holding: Bytes) => {
    for (let i = 0; i < 200; i++) {
      const found = (await events()).findLast(
        (event) => event.kind === kind && 'h' in event.body && equalBytes(event.body.h, holding),
      )
      if (found !== undefined) return found as Extract<CustodyEvent, { kind: Kind }>
      await custodian.tick()
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    throw new Error(`no ${kind}`)
  }
  async function hand(bytes: number): Promise<Handed> {
    const id = random(16)
    const plain = new Uint8Array(bytes)
    const block = random(1009)
    for (let at = 0; at < bytes; at++) plain[at] = block[at % block.length]!
    const parts: Bytes[] = []
    const sealing = await newSealing(box.publicKey, concat(utf8('custody\0'), id))
    for await (const part of sealStream(sealing, [plain])) parts.push(part)
    const tree = await partTreeOf(parts)
    await submit('hand', { h: id, k: actor, r: tree.root(), z: parts.length, u: 0, n: NUMBER, e: 1 })
    await custodian.tick()
    return { id, plain, parts, tree }
  }
  const message = ({ parts, tree }: Handed, from: number) =>
    formatProvedParts(
      tree,
      parts.slice(from, from + MOST_PARTS_SENT).map((part, i) => ({ index: from + i, part })),
    )
  async function upload(handed: Handed): Promise<void> {
    for (let from = 0; from < handed.parts.length; from += MOST_PARTS_SENT) {
      await custodian.receive(handed.id, from, message(handed, from))
    }
  }
  async function held(bytes: number): Promise<Handed> {
    const handed = await hand(bytes)
    await upload(handed)
    await eventOf('custody.confirm', handed.id)
    return handed
  }
  /** A challenge up to the custodian's answer. */
  async function challenge({ id, parts, tree }: Handed) {
    const half = random(32)
    await submit('challenge', { h: id, x: digest('sha256', half), w: 3_600_000 })
    const ready = await eventOf('custody.ready', id)
    await submit('draw', { h: id, y: half })
    const seed = drawSeed(id, half, ready.entry)
    return { seed, indices: drawnParts(seed, parts.length), file: { parts: parts.length, root: tree.root() } }
  }
  async function damage(root: Bytes, at: number): Promise<void> {
    const name = toHex(root)
    const handle = await open(join(folder, 'custody', 'held', name.slice(0, 2), name), 'r+')
    const byte = new Uint8Array(1)
    await handle.read(byte, 0, 1, at)
    await handle.write(Uint8Array.of(byte[0]! ^ 1), 0, 1, at)
    await handle.close()
  }

  test('confirms on the ledger what it holds whole, and not before', async () => {
    const handed = await hand(7_000_000)
    assert.ok(handed.parts.length > MOST_PARTS_SENT)
    assert.equal(await custodian.receive(handed.id, 0, message(handed, 0)), MOST_PARTS_SENT)
    await custodian.tick()
    assert.ok(!(await events()).some(({ kind, body }) => kind === 'custody.confirm' && equalBytes(body.h, handed.id)))
    await custodian.receive(handed.id, MOST_PARTS_SENT, message(handed, MOST_PARTS_SENT))
    const confirmed = await eventOf('custody.confirm', handed.id)
    assert.ok(equalBytes(confirmed.body.r, handed.tree.root()))
  })

  test('goes on where an upload was cut off, and takes what is sent twice once', async () => {
    const handed = await hand(9_000_000)
    await custodian.receive(handed.id, 0, message(handed, 0))
    await custodian.stop()
    custodian = await openIt()
    const standing = await custodian.standing(handed.id)
    assert.ok(!isRefusal(standing))
    assert.deepEqual([standing.received, standing.state], [MOST_PARTS_SENT, 'offered'])
    await custodian.receive(handed.id, 0, message(handed, 0))
    await upload(handed)
    await eventOf('custody.confirm', handed.id)
    await upload(handed)
  })

  test('stores nothing but the parts of the file that the ledger names, and leaves no gaps', async () => {
    const handed = await hand(200_000)
    const other = await hand(200_000)
    const good = message(handed, 0)
    const changed = good.slice()
    changed[changed.length - 1]! ^= 1
    for (const wrong of [
      changed,
      message(other, 0),
      good.subarray(1),
      good.subarray(0, good.length - 1),
      concat(good, good),
      new Uint8Array(0),
    ]) {
      await assert.rejects(custodian.receive(handed.id, 0, wrong), { code: 'custody-parts-wrong' })
    }
    await assert.rejects(custodian.receive(handed.id, 1, message(handed, 1)), { code: 'custody-parts-wrong' })
    const unknown = await custodian.receive(random(16), 0, good)
    assert.ok(isRefusal(unknown) && unknown.code === 'custody-unknown')
    assert.deepEqual(
      await readdir(join(folder, 'custody', 'incoming')).then((names) => names.includes(toHex(handed.tree.root()))),
      false,
    )
  })

  test('answers a challenge with the bytes of exactly the parts that were drawn', async () => {
    const handed = await held(10_000_000)
    const { seed, indices, file } = await challenge(handed)
    const answer = await eventOf('custody.answer', handed.id)
    const served = await custodian.drawn(handed.id)
    assert.ok(!isRefusal(served))
    const parts = readProvedParts(served, indices, file)
    assert.equal(toHex(answerDigest(seed, parts)), toHex(answer.body.d))
    await submit('judge', { h: handed.id, y: true })
    await custodian.tick()
    assert.ok(custodian.holdings().find(({ id }) => equalBytes(id, handed.id))?.provedAt)
    const over = await custodian.drawn(handed.id)
    assert.ok(isRefusal(over) && over.code === 'custody-not-now')
  })

  test('that has lost or changed a byte cannot pass the next challenge, whatever it says on the ledger', async () => {
    const handed = await held(300_000)
    await damage(handed.tree.root(), SEALED_HEADER_BYTES + 70_000)
    const { indices, file } = await challenge(handed)
    await eventOf('custody.answer', handed.id)
    const served = await custodian.drawn(handed.id)
    assert.ok(!isRefusal(served))
    assert.throws(() => readProvedParts(served, indices, file), { code: 'custody-parts-wrong' })
    await submit('judge', { h: handed.id, y: false })
  })

  test('whose file is gone says so on the ledger and to its operator, and still answers for its other files', async () => {
    const gone = await held(100_000)
    const other = await held(100_000)
    await rm(join(folder, 'custody', 'held', toHex(gone.tree.root()).slice(0, 2), toHex(gone.tree.root())))
    await challenge(gone)
    await challenge(other)
    await eventOf('custody.answer', other.id)
    assert.ok(errors.some((error) => (error as { code?: string }).code === 'custody-lost'))
    await eventOf('custody.lose', gone.id)
    await custodian.tick()
    const over = await custodian.drawn(gone.id)
    assert.ok(isRefusal(over) && over.code === 'custody-not-now')
  })

  test('gives a file back sealed to whoever asked, the same at every try, and only when the ledger says so', async () => {
    const handed = await held(5_000_000)
    const reader = newBoxKey()
    const wish = await submit('ask', { h: handed.id, b: reader.publicKey })
    const given = await eventOf('custody.give', handed.id)
    await custodian.tick()
    assert.ok(equalBytes(given.body.w, wish))
    await custodian.stop()
    custodian = await openIt()
    const parts = givenParts({ parts: given.body.z, root: given.body.r }, async (from) => {
      const answer = await custodian.given(wish, from)
      assert.ok(!isRefusal(answer))
      return answer
    })
    const header = (await parts.next()).value!
    const sealing = await readSealing(header, reader.privateKey, concat(utf8('given\0'), wish))
    const plain: Bytes[] = []
    for await (const piece of openStream(sealing, parts)) plain.push(piece)
    assert.ok(equalBytes(concat(...plain), handed.plain))
    const unknown = await custodian.given(random(16), 0)
    assert.ok(isRefusal(unknown) && unknown.code === 'custody-unknown')
  })

  test('destroys a file when its owner has released it, and not before', async () => {
    const handed = await held(100_000)
    const root = toHex(handed.tree.root())
    const path = join(folder, 'custody', 'held', root.slice(0, 2))
    assert.ok((await readdir(path)).includes(root))
    await submit('release', { h: handed.id })
    await eventOf('custody.destroy', handed.id)
    await custodian.tick()
    assert.ok(!(await readdir(path)).includes(root))
  })

  test('declines what is too large for it', async () => {
    await custodian.stop()
    custodian = await openIt({ mostParts: 3 })
    const { id } = await hand(500_000)
    await eventOf('custody.decline', id)
  })

  test('whose book was lost reads it anew from the log', async () => {
    const handed = await held(100_000)
    await custodian.stop()
    for (const name of await readdir(join(folder, 'custody'))) {
      if (name.startsWith('book')) await rm(join(folder, 'custody', name))
    }
    custodian = await openIt()
    await custodian.tick()
    const standing = await custodian.standing(handed.id)
    assert.ok(!isRefusal(standing) && standing.state === 'held' && standing.received === standing.parts)
  })
})
