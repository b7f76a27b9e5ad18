import assert from 'node:assert/strict'
import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { type EvidenceTables, liftLegalHold, placeLegalHold } from '@mingzheng/evidence'
import {
  type Bytes,
  digest,
  equalBytes,
  fromHex,
  isRefusal,
  numberDigest,
  parseCertificateNumber,
  randomBytes,
  toHex,
} from '@mingzheng/kernel'
import { type CustodyHouse, DAY, openCustodyHouse, type TestCustodian } from './house.ts'
import { stageClient } from './stage-client.ts'

/** Too large for one message, so that an upload has a middle. */
const LARGE = 9_000_000

describe('custody: the platform, two custodians, one ledger', () => {
  let house: CustodyHouse
  beforeEach(async () => {
    house = await openCustodyHouse()
  })
  afterEach(() => house.close())

  const rows = (number?: string) => {
    const all = house.db.system.selectFrom('custody_holding').selectAll().orderBy('custodian').orderBy('requested_at')
    return (number === undefined ? all : all.where('number', '=', number)).execute()
  }
  const states = async (number?: string) => (await rows(number)).map(({ custodian, state }) => `${custodian} ${state}`)
  const heldFile = async ({ folder }: TestCustodian, root: Bytes) => {
    const name = toHex(root)
    return join(folder, 'held', name.slice(0, 2), name)
  }
  const content = async (key: string) => {
    const chunks: Bytes[] = []
    for await (const chunk of await house.blobs.open(key)) chunks.push(chunk)
    return new Uint8Array(Buffer.concat(chunks))
  }
  const kinds = () => house.stage.entries.map(({ kind }) => kind)

  test('every fixed package lies with every custodian, confirmed on the ledger, and neither side reads the other’s', async () => {
    const bytes = randomBytes(LARGE)
    const { number } = await house.fixed(bytes)
    await house.settle()
    assert.deepEqual(await states(number), ['forensic held', 'notary held'])
    const [forensic, notary] = await rows(number)
    assert.notEqual(toHex(forensic!.root!), toHex(notary!.root!))
    assert.equal(forensic!.sealing, null, 'the platform has forgotten the key')
    for (const custodian of house.custodians) {
      const row = custodian.id === 'notary' ? notary! : forensic!
      const handle = await open(await heldFile(custodian, row.root!))
      const sealed = new Uint8Array(await handle.readFile())
      await handle.close()
      assert.ok(!Buffer.from(sealed).includes(bytes.subarray(0, 64)), 'nothing of the package can be read')
    }
    const hands = house.stage.of('custody.hand')
    assert.ok(hands.every(({ body }) => equalBytes(body.n as Bytes, numberDigest(parseCertificateNumber(number)))))
    assert.equal(hands.length, 2)
  })

  test('a custodian that was away gets everything when it is back, without doubles', async () => {
    await house.custodians[0]!.stop()
    const first = await house.fixed(randomBytes(LARGE))
    for (let i = 0; i < 3; i++) await house.service.turn()
    await house.reopenService()
    const second = await house.fixed(randomBytes(1000))
    await house.settle()
    assert.deepEqual(await states(first.number), ['forensic held', 'notary handed'])
    await house.custodians[0]!.revive()
    house.clock.advance(10 * 60_000)
    await house.settle()
    assert.deepEqual(await states(first.number), ['forensic held', 'notary held'])
    assert.deepEqual(await states(second.number), ['forensic held', 'notary held'])
    assert.equal(kinds().filter((kind) => kind === 'custody.hand').length, 4)
    assert.equal(kinds().filter((kind) => kind === 'custody.confirm').length, 4)
  })

  test('a platform that is ended in the middle of an upload goes on with the same file', async () => {
    const { number } = await house.fixed(randomBytes(LARGE))
    await house.service.turn()
    const before = await rows(number)
    for (const { custodian } of house.custodians) await custodian.tick()
    await house.reopenService()
    await house.settle()
    const after = await rows(number)
    assert.deepEqual(
      after.map(({ root, state }) => [toHex(root!), state]),
      before.map(({ root }) => [toHex(root!), 'held']),
    )
  })

  test('each holding is challenged in its time and what it proves is told with the entry that says so', async () => {
    const { number } = await house.fixed(randomBytes(LARGE))
    await house.settle()
    assert.ok(!kinds().includes('custody.challenge'))
    house.clock.advance(31 * DAY)
    await house.settle()
    for (const { state, proved_at, proved_index, doubt, step } of await rows(number)) {
      assert.deepEqual([state, doubt, step], ['held', null, null])
      assert.ok(proved_at !== null && house.stage.entries[Number(proved_index)]!.kind === 'custody.judge')
    }
    assert.equal(kinds().filter((kind) => kind === 'custody.challenge').length, 2)
    const events = await house.db.system
      .selectFrom('evidence_event')
      .select('kind')
      .where('number', '=', number)
      .execute()
    assert.deepEqual(events.map(({ kind }) => kind).sort(), ['held', 'held', 'proved', 'proved'])
  })

  test('a custodian that changed one byte is named by the next challenge, and is given the package anew', async () => {
    const { number } = await house.fixed(randomBytes(200_000))
    await house.settle()
    const [forensic] = await rows(number)
    const custodian = house.custodians.find(({ id }) => id === 'forensic')!
    const handle = await open(await heldFile(custodian, forensic!.root!), 'r+')
    await handle.write(Uint8Array.of(1, 2, 3), 0, 3, 100_000)
    await handle.close()
    assert.ok(await house.service.challengeNow(forensic!.id))
    await house.settle()
    assert.deepEqual(await states(number), ['forensic doubted', 'forensic held', 'notary held'])
    const doubted = (await rows(number)).find(({ state }) => state === 'doubted')!
    assert.deepEqual([doubted.id, doubted.doubt], [forensic!.id, 'bytes'])
    const judged = house.stage.of('custody.judge')
    assert.deepEqual(
      judged.map(({ body }) => body.y),
      [false],
    )
  })

  test('a custodian whose files are gone says so itself on the ledger, and gets them anew', async () => {
    const { number } = await house.fixed(randomBytes(200_000))
    await house.settle()
    const custodian = house.custodians.find(({ id }) => id === 'notary')!
    const [, notary] = await rows(number)
    await rm(await heldFile(custodian, notary!.root!))
    assert.ok(await house.service.challengeNow(notary!.id))
    await house.settle()
    assert.ok(kinds().includes('custody.lose'))
    assert.deepEqual((await states(number)).sort(), ['forensic held', 'notary held', 'notary lost'])
  })

  test('a custodian that does not answer is late after its time, and not before', async () => {
    const { number } = await house.fixed(randomBytes(1000))
    await house.settle()
    const [forensic] = await rows(number)
    await house.custodians.find(({ id }) => id === 'forensic')!.stop()
    await house.service.challengeNow(forensic!.id)
    for (let i = 0; i < 3; i++) {
      house.clock.advance(2_000)
      await house.service.turn()
    }
    assert.ok(!kinds().includes('custody.late'))
    house.clock.advance(DAY + 60_000)
    for (let i = 0; i < 3; i++) {
      house.clock.advance(2_000)
      await house.service.turn()
    }
    const after = (await rows(number)).find(({ id }) => id === forensic!.id)!
    assert.deepEqual([after.state, after.doubt], ['doubted', 'late'])
    await house.custodians.find(({ id }) => id === 'forensic')!.revive()
    house.clock.advance(31 * DAY)
    await house.settle()
    assert.deepEqual(await states(number), ['forensic held', 'notary held'])
  })

  test('the platform’s packages destroyed: all come back from the custodians, the very bytes', async () => {
    const made: { blobKey: string; bytes: Bytes }[] = []
    for (const size of [0, 1, 65_536, LARGE]) {
      const bytes = randomBytes(size)
      made.push({ bytes, blobKey: (await house.fixed(bytes)).blobKey })
    }
    await house.settle()
    for (const { blobKey } of made) await house.blobs.remove(blobKey)
    assert.equal(await house.service.restoreMissing(), made.length)
    assert.equal(await house.service.restoreMissing(), 0, 'they are on their way')
    await house.settle()
    for (const { blobKey, bytes } of made) assert.ok(equalBytes(await content(blobKey), bytes))
    assert.equal(await house.service.restoreMissing(), 0)
  })

  test('a custodian that gives back a wrong package is passed over for one that gives the right one', async () => {
    const bytes = randomBytes(300_000)
    const { number, blobKey } = await house.fixed(bytes)
    await house.settle()
    await house.blobs.remove(blobKey)
    const [forensic] = await rows(number)
    await house.db.system
      .updateTable('custody_holding')
      .set({ proved_at: new Date(house.clock.now()) })
      .where('id', '=', forensic!.id)
      .execute()
    const handle = await open(
      await heldFile(house.custodians.find(({ id }) => id === 'forensic')!, forensic!.root!),
      'r+',
    )
    await handle.write(Uint8Array.of(9, 9, 9), 0, 3, 100_000)
    await handle.close()
    await house.service.restoreMissing()
    await house.settle()
    house.clock.advance(10 * 60_000)
    await house.settle()
    assert.ok(equalBytes(await content(blobKey), bytes))
  })

  test('one custodian destroyed wholly is filled again, and the log alone tells it what was there', async () => {
    const made: string[] = []
    for (let i = 0; i < 3; i++) made.push((await house.fixed(randomBytes(100_000 * (i + 1)))).number)
    await house.settle()
    const notary = house.custodians.find(({ id }) => id === 'notary')!
    await notary.stop()
    await rm(notary.folder, { recursive: true })
    await notary.revive()
    await house.settle()
    for (const number of made) {
      assert.deepEqual(
        (await states(number)).filter((state) => state.endsWith('held')),
        ['forensic held', 'notary held'],
      )
    }
    assert.equal(
      (await readdir(join(notary.folder, 'held'), { recursive: true })).filter((name) => /[0-9a-f]{64}$/.test(name))
        .length,
      3,
    )
  })

  test('a legal hold lies on every copy, on those that come later too, until it is lifted', async () => {
    const { number } = await house.fixed(randomBytes(100_000))
    await house.settle()
    const db = house.db.as<EvidenceTables>().system
    const ledger = stageClient(house.stage, house.owner, house.clock)
    const wish = { number, organisationId: 'organisation', reason: '法院调取', by: '王敏' }
    const hold = await placeLegalHold(db, ledger, house.clock, wish)
    assert.ok(!isRefusal(hold))
    const [forensic] = await rows(number)
    const custodian = house.custodians.find(({ id }) => id === 'forensic')!
    await rm(await heldFile(custodian, forensic!.root!))
    await house.service.challengeNow(forensic!.id)
    await house.settle()
    const holdsOf = (id: string) =>
      (house.stage.read('custody', `holding/${id}`) as { l: unknown[]; s: string } | undefined)?.l.length
    const held = async () => (await rows(number)).filter(({ state }) => state === 'held')
    assert.deepEqual(
      (await held()).map(({ id }) => holdsOf(id)),
      [1, 1],
    )
    house.clock.advance(400 * DAY)
    const h = fromHex((await held())[0]!.id)
    assert.equal(await house.stage.refused(house.owner, 'custody.release', { h }), 'custody-under-hold')
    const lifted = await liftLegalHold(db, ledger, house.clock, { ...wish, id: hold.id })
    assert.ok(!isRefusal(lifted))
    assert.deepEqual(
      (await held()).map(({ id }) => holdsOf(id)),
      [0, 0],
    )
    assert.equal(await house.stage.refused(house.owner, 'custody.release', { h }), null)
    await house.settle()
    assert.ok(kinds().includes('custody.destroy'))
  })

  test('when retention is over each copy is released and destroyed, both by entries; under a legal hold it stays', async () => {
    const { number } = await house.fixed(randomBytes(1000))
    const kept = await house.fixed(randomBytes(1000))
    await house.settle()
    const files = await Promise.all(
      (await rows(number)).map(({ custodian, root }) =>
        heldFile(house.custodians.find(({ id }) => id === custodian)!, root!),
      ),
    )
    const db = house.db.as<EvidenceTables>().system
    const ledger = stageClient(house.stage, house.owner, house.clock)
    const wish = { number: kept.number, organisationId: 'organisation', reason: '法院调取', by: '王敏' }
    assert.ok(!isRefusal(await placeLegalHold(db, ledger, house.clock, wish)))
    house.clock.advance(364 * DAY)
    await house.settle()
    assert.equal(house.stage.of('custody.release').length, 0, 'not a day too early')
    house.clock.advance(3 * DAY)
    await house.settle()
    assert.deepEqual(await states(number), ['forensic destroyed', 'notary destroyed'])
    assert.equal(house.stage.of('custody.release').length, 2)
    assert.equal(house.stage.of('custody.destroy').length, 2)
    for (const file of files) await assert.rejects(open(file), { code: 'ENOENT' })
    assert.ok((await states(kept.number)).every((state) => !/released|destroyed/.test(state)))
  })

  test('another member’s challenge is answered, and counts', async () => {
    const { number } = await house.fixed(randomBytes(1000))
    await house.settle()
    const [forensic] = await rows(number)
    const court = house.custodians.find(({ id }) => id === 'notary')!.signer
    const half = randomBytes(32)
    const h = fromHex(forensic!.id)
    await house.stage.succeed(court, 'custody.challenge', { h, x: digest('sha256', half), w: DAY })
    assert.equal(await house.service.challengeNow(forensic!.id), true)
    await house.settle()
    await house.stage.succeed(court, 'custody.draw', { h, y: half })
    await house.settle()
    await house.stage.succeed(court, 'custody.judge', { h, y: true })
    await house.settle()
    const after = (await rows(number)).find(({ id }) => id === forensic!.id)!
    assert.ok(after.proved_at !== null)
    assert.equal(after.step, null)
  })
})
