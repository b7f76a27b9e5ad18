/**
 * Everything that a member takes from outside and that is not its peers' cosignatures (witness/hostile-messages.test.ts), damaged
 * and forged by seed: requests over the engine's socket, transactions, calls of the platform, snapshots, logs that a light copy
 * reads. None crashes it, none moves what it holds, memory stays where it was.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { type Bytes, concat, encodeCbor, Failure, toHex } from '@mingzheng/kernel'
import { damage, type Roll, seededRandom, seededRoll } from '@mingzheng/kernel/testing'
import { packItems } from './batch-items.ts'
import { parseRequest } from './engine/cometbft/abci/abci-server.ts'
import { ApplicationCalls } from './engine/cometbft/abci/application-calls.ts'
import { FrameError, FrameReader, framePrefix } from './engine/cometbft/abci/frame-reader.ts'
import { RequestSchema } from './engine/cometbft/generated/tendermint/abci/types_pb.js'
import { encodeLedgerTime } from './engine/cometbft/ledger-time-transaction.ts'
import { TransactionCache } from './engine/cometbft/transaction-cache.ts'
import type { Block } from './engine/engine.ts'
import { answerCall } from './http/answer.ts'
import { CALLS, toCbor } from './http/wire.ts'
import { openLedger } from './ledger.ts'
import { LightCopy } from './light/light-copy.ts'
import { Replica } from './testing/replica.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'
import { registerContract, TEST_ORIGIN, testItem, testLedgerKeys, testLedgerOptions } from './testing/test-ledger.ts'
import { encodeItem, signBatch } from './transaction.ts'

const SEED = process.env.MUTATION_SEED ?? 'hostile inputs 1'
const ROUNDS = Number(process.env.MUTATION_ROUNDS ?? 20_000)
const START = Date.UTC(2026, 10, 24)
const keys = testLedgerKeys('hostile inputs')
const MOST_GROWTH = 64 << 20

/** Runs rounds; after the first quarter, in which code gets warm, memory may not grow. */
async function rounds(count: number, seed: string, one: (roll: Roll, round: number) => unknown): Promise<void> {
  const roll = seededRoll(`${SEED} ${seed}`)
  let before = 0
  for (let round = 0; round < count; round++) {
    await one(roll, round)
    if (round === Math.floor(count / 4)) before = process.memoryUsage().heapUsed
  }
  const grown = process.memoryUsage().heapUsed - before
  assert.ok(grown < MOST_GROWTH, `the heap grew by ${grown} bytes`)
}

async function transaction(count: number, seed: string): Promise<Bytes> {
  const random = seededRandom(seed)
  const items = Array.from({ length: count }, () => testItem(random))
  const [last] = items.splice(-1).map(encodeItem)
  const packed = packItems(items.map((item) => ({ item, bytes: encodeItem(item) })))
  return (await signBatch(TEST_ORIGIN, keys.gateway, random(16), [...packed, last!])).bytes
}

async function member(): Promise<Replica> {
  const replica = new Replica({ contracts: () => [registerContract] })
  await replica.open()
  return replica
}

describe(`hostile inputs (seed "${SEED}")`, { timeout: 600_000 }, () => {
  test(`requests over the engine’s socket, ${ROUNDS}: refused by name, or answered; nothing is committed`, async () => {
    const replica = await member()
    const calls = new ApplicationCalls({
      application: replica.member,
      chainId: 'chain',
      cache: new TransactionCache(1 << 20),
      retryMs: 1,
      keepBlocks: 100,
      committed: () => undefined,
      misbehaved: () => undefined,
      refused: () => undefined,
      forgotten: () => undefined,
    })
    const good = await transaction(3, 'abci')
    const txs = [encodeLedgerTime({ time: START, clockStep: 0 }), good]
    const misbehavior = [{ type: 1, validator: { address: new Uint8Array(20), power: 1n }, height: 1n }]
    const snapshot = { height: 5n, format: 1, chunks: 2, hash: new Uint8Array(32), metadata: new Uint8Array(64) }
    const requests: NonNullable<MessageInitShape<typeof RequestSchema>['value']>[] = [
      { case: 'checkTx', value: { tx: good } },
      { case: 'processProposal', value: { txs, height: 1n, hash: new Uint8Array(32), misbehavior } },
      { case: 'prepareProposal', value: { txs: [good], maxTxBytes: 1_000_000n, height: 1n, misbehavior } },
      { case: 'offerSnapshot', value: { snapshot, appHash: new Uint8Array(32) } },
      { case: 'applySnapshotChunk', value: { index: 0, chunk: good, sender: 'x' } },
      { case: 'loadSnapshotChunk', value: { height: 5n, format: 1, chunk: 0 } },
      { case: 'query', value: { path: '/a', data: good } },
      { case: 'echo', value: { message: 'x' } },
      { case: 'info', value: { version: '0.38.25' } },
    ]
    const frames = requests.map((value) => {
      const bytes = toBinary(RequestSchema, create(RequestSchema, { value }))
      return concat(framePrefix(bytes.length), bytes)
    })
    const before = replica.member.info()
    let refused = 0
    await rounds(ROUNDS, 'abci', async (roll) => {
      const wire = damage(frames[roll(frames.length)]!, roll)
      try {
        for (const frame of new FrameReader().push(wire)) {
          const request = parseRequest(frame)
          // What CometBFT alone may say, and only in its order, is not for a stranger's request to become.
          if (request.case === 'finalizeBlock' || request.case === 'commit' || request.case === 'initChain') continue
          await calls.handle(request)
        }
      } catch (error) {
        assert.ok(error instanceof FrameError || error instanceof Failure, String(error))
        refused++
      }
    })
    assert.ok(refused > ROUNDS / 20, `${refused}`)
    assert.deepEqual(replica.member.info(), before)
    await replica.member.close()
  })

  test(`transactions, ${ROUNDS}: what is not whole has no effect, on two members alike`, async () => {
    const [one, other] = [await member(), await member()]
    const good = await Promise.all([1, 2, 5].map((count) => transaction(count, `good ${count}`)))
    const roll = seededRoll(`${SEED} transactions`)
    const seen = new Set(good.map(toHex))
    const PER_BLOCK = 500
    for (let height = 1; height <= ROUNDS / PER_BLOCK; height++) {
      const transactions = Array.from({ length: PER_BLOCK }, () => damage(good[roll(good.length)]!, roll))
      for (const bytes of transactions) {
        if (!seen.has(toHex(bytes))) assert.notEqual(one.member.check(bytes), null)
      }
      const forged = transactions.filter((bytes) => !seen.has(toHex(bytes)))
      const block: Block = { height, time: START + height, clockStep: 0, transactions: forged }
      assert.equal(await one.take(block), await other.take(block))
    }
    assert.equal(one.member.log.size, 1)
    for (const replica of [one, other]) await replica.member.close()
  })

  test(`calls of the platform, ${ROUNDS / 2}: answered by a code`, async () => {
    const ledger = await openLedger(testLedgerOptions(temporaryFolder(), { seed: 'hostile inputs' }))
    const random = seededRandom('calls')
    const [id, digest] = [random(16), random(32)]
    const items = [{ ...testItem(random) }]
    const questions: Record<string, unknown> = {
      submit: { items },
      standing: { id },
      wait: { id, kind: 'witnessed', ms: 0 },
      receipt: { index: 0 },
      lookup: { number: digest },
      checkpoint: { profile: 'sm3' },
      entries: { from: 0, count: 10 },
      status: {},
      policy: {},
      members: { size: null },
      governance: {},
    }
    const bodies = new Map(Object.entries(questions).map(([call, asked]) => [call, encodeCbor(toCbor(asked))]))
    const answered = { ledger, members: async () => [], governance: () => null }
    const codes = new Set<number>()
    await rounds(ROUNDS / 2, 'calls', async (roll) => {
      const call = roll(50) === 0 ? 'constructor' : CALLS[roll(CALLS.length)]!
      // Items that are changed and still well formed are accepted, as they should be: few of them.
      if (call === 'submit' && roll(4) !== 0) return
      const { status } = await answerCall(answered, call, damage(bodies.get(call) ?? random(20), roll))
      codes.add(status)
    })
    assert.ok(
      [...codes].every((code) => code < 500),
      [...codes].join(),
    )
    await ledger.close()
  })

  test(`snapshots, ${ROUNDS / 4}: none is taken that the members did not vote for`, async () => {
    const giver = await member()
    for (let height = 1; height <= 3; height++) {
      const transactions = [await transaction(120, `snapshot ${height}`)]
      await giver.take({ height, time: START + height, clockStep: 0, transactions })
    }
    const height = await giver.member.takeSnapshot()
    const snapshot = (await giver.member.snapshots.list()).find((one) => one.height === height)!
    const { appHash } = giver.member.info()
    const chunks: Bytes[] = []
    for (let i = 0; i < snapshot.chunks; i++)
      chunks.push((await giver.member.snapshots.load(height, snapshot.format, i))!)
    const fresh = await member()
    const { snapshots } = fresh.member
    await rounds(ROUNDS / 8, 'manifests', async (roll) => {
      const metadata = damage(snapshot.metadata, roll)
      if (toHex(metadata) === toHex(snapshot.metadata)) return
      assert.equal(await snapshots.offer({ ...snapshot, metadata }, appHash), 'reject')
    })
    assert.equal(await snapshots.offer(snapshot, appHash), 'accept')
    await rounds(ROUNDS / 8, 'chunks', async (roll) => {
      const wrong = damage(chunks[0]!, roll)
      if (toHex(wrong) === toHex(chunks[0]!)) return
      assert.equal(await snapshots.apply(0, wrong), 'retry')
    })
    for (const [i, chunk] of chunks.entries()) assert.equal(await snapshots.apply(i, chunk), 'accept')
    assert.deepEqual(fresh.member.info(), giver.member.info())
    for (const replica of [giver, fresh]) await replica.member.close()
  })

  test(`logs that a light copy reads, ${ROUNDS / 4}: it takes nothing that the policy does not believe`, async () => {
    const ledger = await openLedger(testLedgerOptions(temporaryFolder(), { seed: 'hostile inputs' }))
    const random = seededRandom('light')
    const items = Array.from({ length: 60 }, () => testItem(random))
    await ledger.submit(items)
    await ledger.wait(items.at(-1)!.id, 'witnessed')
    const files = new Map<string, Bytes>()
    const honest = async (path: string): Promise<Bytes> => {
      const kept = files.get(path) ?? ledger.serve(path)?.body
      if (kept === undefined) throw new Error('404')
      files.set(path, Uint8Array.from(kept))
      return Uint8Array.from(kept)
    }
    let wrong: (path: string, bytes: Bytes) => Bytes = (_path, bytes) => bytes
    const source = { id: 'liar', read: async (path: string) => wrong(path, await honest(path)) }
    const copy = LightCopy.open({ folder: temporaryFolder(), policy: ledger.policy, sources: [source] })
    const states = new Set<string>()
    const PATHS = ['checkpoint', 'sm3/checkpoint', 'tile/entries/000.p/61']
    await rounds(ROUNDS / 4, 'light', async (roll) => {
      const at = PATHS[roll(PATHS.length)]!
      let changed = false
      wrong = (path, bytes) => {
        if (path !== at) return bytes
        const other = damage(bytes, roll)
        changed = toHex(other) !== toHex(bytes)
        return other
      }
      const [state] = await copy.follow()
      states.add(state!.state)
      if (changed && state!.state === 'same') {
        // A line more or less that the policy does not need changes nothing of what is believed.
        assert.deepEqual(copy.rootsAt(copy.size), ledger.rootsAt(copy.size))
      }
    })
    assert.ok(states.has('broken') && states.has('unsigned'), [...states].join())
    wrong = (_path, bytes) => bytes
    assert.equal((await copy.follow())[0]!.state, 'same')
    assert.deepEqual(copy.rootsAt(61), ledger.rootsAt(61))
    await copy.close()
    await ledger.close()
  })
})
