import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { type Refusal, refuse, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { RecordingApplication } from '../../../testing/engine-contract.ts'
import type { Block, BlockRefusalCode, Misbehaviour, TransactionPlace } from '../../engine.ts'
import { RequestSchema } from '../generated/tendermint/abci/types_pb.js'
import { decodeLedgerTime, encodeLedgerTime } from '../ledger-time-transaction.ts'
import { TransactionCache } from '../transaction-cache.ts'
import { type AbciRequest, type AbciResponse, parseRequest } from './abci-server.ts'
import { ApplicationCalls } from './application-calls.ts'
import { FrameError } from './frame-reader.ts'

type Asked = NonNullable<MessageInitShape<typeof RequestSchema>['value']>

const BOUND_MS = 10_000
const NOW = 1_000_000
const time = (at: number) => encodeLedgerTime({ time: at, clockStep: 0 })
const GOOD = Uint8Array.of(1, 2, 3)
const BAD = Uint8Array.of(0xff, 2, 3)
const OLD = Uint8Array.of(7, 7, 7)

/** A gateway's transaction that is to come after another; 0 is none. */
const placed = (id: number, after = 0) => Uint8Array.of(8, id, after)

/** As a member: bounded by its own clock, and with one transaction that it has on its ledger. */
class Judging extends RecordingApplication {
  override check(transaction: Uint8Array): Refusal | null {
    if (transaction[0] === 7) return refuse('transaction-replayed', 'on the ledger already')
    return super.check(transaction)
  }

  place(transaction: Uint8Array): TransactionPlace | null {
    if (transaction[0] !== 8) return null
    const [, id, after] = transaction
    const newest = this.blocks.flatMap(({ transactions }) => transactions).findLast(([kind]) => kind === 8)?.[1]
    return {
      gateway: 'one',
      id: `${id}`,
      after: after === 0 ? null : `${after}`,
      newest: newest === undefined ? null : `${newest}`,
    }
  }

  override judge(block: Block): Refusal<BlockRefusalCode> | null {
    if (block.height !== this.blocks.length + 1) return refuse('block-height', 'another height is next')
    if (Math.abs(block.time - NOW) > BOUND_MS) return refuse('block-time', 'off this clock')
    return super.judge(block)
  }
}

function made(application = new Judging(), keepBlocks = 100) {
  const refusals: string[] = []
  const misbehaved: Misbehaviour[] = []
  const heights: number[] = []
  const seen = { forgotten: 0 }
  const calls = new ApplicationCalls({
    application,
    chainId: 'chain',
    cache: new TransactionCache(1 << 20),
    retryMs: 1,
    keepBlocks,
    committed: ({ height }) => heights.push(height),
    misbehaved: (found) => misbehaved.push(found),
    refused: (_height, why) => refusals.push(why),
    forgotten: () => seen.forgotten++,
  })
  const ask = async (value: Asked): Promise<AbciResponse> =>
    calls.handle(create(RequestSchema, { value }).value as AbciRequest)
  return { calls, ask, application, refusals, misbehaved, heights, seen }
}

const status = (answer: AbciResponse) => (answer.case === 'processProposal' ? answer.value.status : null)

describe('a proposed block', () => {
  const proposal = async (txs: Uint8Array[], height = 1n) => {
    const { ask, refusals } = made()
    return { vote: status(await ask({ case: 'processProposal', value: { txs, height } })), why: refusals[0] }
  }

  test('is voted for with a ledger time and transactions that may be ordered', async () => {
    assert.equal((await proposal([time(NOW), GOOD])).vote, 1)
    assert.equal((await proposal([time(NOW)])).vote, 1)
  })

  test('may hold a transaction that is on the ledger already: it has no effect', async () => {
    assert.equal((await proposal([time(NOW), OLD])).vote, 1)
  })

  test('is refused when its proposer’s time is not this clock’s', async () => {
    for (const off of [BOUND_MS + 1, -BOUND_MS - 1, 3_600_000, 2 ** 50]) {
      const { vote, why } = await proposal([time(NOW + off > 0 ? NOW + off : 0), GOOD])
      assert.deepEqual([vote, why], [2, 'off this clock'])
    }
  })

  test('is refused without a ledger time, with a second one, or with one in another place', async () => {
    for (const txs of [[], [GOOD], [GOOD, time(NOW)], [time(NOW), time(NOW)], [time(NOW), GOOD, time(NOW + 1)]]) {
      assert.equal((await proposal(txs)).vote, 2)
    }
  })

  test('is refused for a transaction that may not be ordered, and for another height', async () => {
    assert.equal((await proposal([time(NOW), GOOD, BAD])).vote, 2)
    assert.equal((await proposal([time(NOW), GOOD], 2n)).vote, 2)
  })

  test('is refused when its ledger time is not in its one encoding', async () => {
    const padded = Uint8Array.from([...time(NOW), 0])
    assert.equal(decodeLedgerTime(padded), null)
    assert.equal((await proposal([padded, GOOD])).vote, 2)
    assert.equal(decodeLedgerTime(encodeLedgerTime({ time: 5, clockStep: -7 }))!.clockStep, -7)
  })
})

describe('what a gateway sent one after the other', () => {
  const taken = async ({ ask }: ReturnType<typeof made>, tx: Uint8Array) => {
    const answer = await ask({ case: 'checkTx', value: { tx } })
    return answer.case === 'checkTx' ? answer.value.code === 0 : null
  }
  const run = async ({ ask }: ReturnType<typeof made>, txs: Uint8Array[], height: bigint) => {
    await ask({ case: 'finalizeBlock', value: { txs: [time(NOW), ...txs], height } })
    await ask({ case: 'commit', value: {} })
  }

  test('is taken in that order alone, and after a start of CometBFT again from the first', async () => {
    const member = made()
    assert.equal(await taken(member, placed(2, 1)), false)
    for (const tx of [placed(1), placed(2, 1), placed(3, 2)]) assert.equal(await taken(member, tx), true)
    assert.equal(await taken(member, placed(5, 4)), false)
    // Its memory is gone with it, and the first with it.
    await member.ask({ case: 'info', value: {} })
    assert.equal(member.seen.forgotten, 1)
    assert.equal(await taken(member, placed(4, 3)), false)
    await run(member, [placed(1), placed(2, 1), placed(3, 2)], 1n)
    assert.equal(await taken(member, placed(4, 3)), true)
  })

  test('is proposed in that order, and voted for in no other', async () => {
    const member = made()
    const { ask } = member
    const proposed = await ask({
      case: 'prepareProposal',
      value: { txs: [placed(2, 1), placed(1), GOOD, placed(3, 2)], maxTxBytes: 10_000n, height: 1n },
    })
    assert.deepEqual(proposed.case === 'prepareProposal' && proposed.value.txs, [time(NOW), placed(1), GOOD])
    const vote = async (txs: Uint8Array[], height: bigint) =>
      status(await ask({ case: 'processProposal', value: { txs: [time(NOW), ...txs], height } }))
    assert.equal(await vote([placed(1), placed(2, 1), GOOD], 1n), 1)
    for (const turned of [[placed(2, 1), placed(1)], [placed(2, 1)], [placed(1), placed(3, 2), placed(2, 1)]]) {
      assert.equal(await vote(turned, 1n), 2)
    }
    assert.match(member.refusals.at(-1)!, /stands before what it is to come after/)
    await run(member, [placed(1)], 1n)
    assert.equal(await vote([placed(2, 1)], 2n), 1)
    assert.equal(await vote([placed(3, 2)], 2n), 2)
  })
})

describe('a member that proposes', () => {
  const prepared = async (calls: ReturnType<typeof made>, txs: Uint8Array[], maxTxBytes = 10_000n) => {
    const answer = await calls.ask({ case: 'prepareProposal', value: { txs, maxTxBytes, height: 1n } })
    assert.equal(answer.case, 'prepareProposal')
    return (answer as Extract<AbciResponse, { case: 'prepareProposal' }>).value.txs!.map((tx) => [...tx])
  }

  test('states its time first, then what may be ordered, in the order in which it came', async () => {
    assert.deepEqual(await prepared(made(), [GOOD, BAD, OLD]), [[...time(NOW)], [...GOOD], [...OLD]])
  })

  test('stays within the room of the block', async () => {
    const long = new Uint8Array(100).fill(1)
    const txs = await prepared(made(), [long, long, long], 260n)
    assert.equal(txs.length, 3)
    assert.ok(txs.reduce((sum, tx) => sum + tx.length + 5, 0) <= 260)
  })

  test('proposes no more at once than is executed in the time that members give', async () => {
    const megabyte = () => new Uint8Array(1024 * 1024 - 1).fill(1)
    assert.equal((await prepared(made(), [megabyte(), GOOD, GOOD], 8_000_000n)).length, 2)
    assert.equal((await prepared(made(), [GOOD, megabyte()], 8_000_000n)).length, 2)
    // What is longer by itself must not wait for ever.
    assert.equal((await prepared(made(), [new Uint8Array(1_500_000).fill(1), GOOD], 8_000_000n)).length, 2)
  })

  test('says why it has no time to state, and proposes what nobody votes for', async () => {
    const rig = made()
    rig.application.stalled = { code: 'clock-behind', detail: 'test' }
    assert.deepEqual(await prepared(rig, [GOOD]), [])
    assert.equal(rig.calls.stall?.code, 'clock-behind')
    rig.application.stalled = null
    assert.equal((await prepared(rig, [GOOD])).length, 2)
    assert.equal(rig.calls.stall, null)
  })
})

describe('a block that is decided', () => {
  const decide = (height: number, ...txs: Uint8Array[]): Asked => ({
    case: 'finalizeBlock',
    value: { height: BigInt(height), txs: [time(NOW), ...txs] },
  })

  test('is executed without its ledger time among the transactions, and told as committed after Commit alone', async () => {
    const { ask, application, calls, heights } = made()
    const answer = await ask(decide(1, GOOD))
    assert.equal(calls.committed.height, 0)
    await ask({ case: 'commit', value: {} })
    assert.deepEqual(application.transactions, [toHex(GOOD)])
    assert.deepEqual([calls.committed.height, heights], [1, [1]])
    assert.ok(answer.case === 'finalizeBlock' && answer.value.txResults!.length === 2)
  })

  test('is asked for again when its Commit never came', async () => {
    const { ask } = made()
    await ask(decide(1, GOOD))
    const info = await ask({ case: 'info', value: {} })
    assert.ok(info.case === 'info' && info.value.lastBlockHeight === 0n)
    await ask(decide(1, GOOD))
    await ask({ case: 'commit', value: {} })
    const later = await ask({ case: 'info', value: {} })
    assert.ok(later.case === 'info' && later.value.lastBlockHeight === 1n)
  })

  test('is tried again while the disk refuses, and is given up for any other reason', async () => {
    const { ask, application } = made()
    application.failures = 3
    await ask(decide(1, GOOD))
    application.finalize = async () => {
      throw new Error('a contract broke its promises')
    }
    await assert.rejects(ask(decide(2, GOOD)), /broke its promises/)
  })

  test('ends the waiting for a disk when the engine stops', async () => {
    const { ask, application, calls } = made()
    application.failures = Number.POSITIVE_INFINITY
    const asked = ask(decide(1, GOOD))
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal(calls.stall?.code, 'storage-full')
    calls.close()
    await assert.rejects(asked, { code: 'storage-full' })
  })

  test('lets CometBFT forget only what neither this member nor one that comes back needs', async () => {
    const { ask, application } = made(new Judging(), 3)
    const retained: number[] = []
    for (let height = 1; height <= 8; height++) {
      application.kept = height < 7 ? 0 : 6
      await ask(decide(height))
      const answer = await ask({ case: 'commit', value: {} })
      if (answer.case === 'commit') retained.push(Number(answer.value.retainHeight))
    }
    assert.deepEqual(retained, [0, 0, 1, 1, 1, 1, 5, 6])
  })

  test('names who signed twice, and the block says so to the application', async () => {
    const { ask, application, misbehaved } = made()
    const address = new Uint8Array(20).fill(0xab)
    await ask({
      case: 'finalizeBlock',
      value: {
        height: 1n,
        txs: [time(NOW)],
        misbehavior: [{ type: 1, validator: { address, power: 1n }, height: 5n, time: { seconds: 7n, nanos: 0 } }],
      },
    })
    const found = [{ kind: 'double-vote', address, height: 5, time: 7000 }]
    assert.deepEqual(misbehaved, found)
    assert.deepEqual(application.blocks[0]?.misbehaviour, found)
  })

  test('without a ledger time is not executed', async () => {
    const { ask } = made()
    await assert.rejects(ask({ case: 'finalizeBlock', value: { height: 1n, txs: [GOOD] } }), {
      code: 'transaction-malformed',
    })
  })
})

test('a chain of another name is not begun', async () => {
  await assert.rejects(made().ask({ case: 'initChain', value: { chainId: 'other' } }), { code: 'engine-start' })
})

test('a ledger time, and what the application refuses, do not wait to be ordered', async () => {
  const { ask } = made()
  for (const [tx, code] of [
    [GOOD, 0],
    [BAD, 1],
    [OLD, 1],
    [time(NOW), 1],
    [new Uint8Array(), 0],
  ] as const) {
    const answer = await ask({ case: 'checkTx', value: { tx } })
    assert.ok(answer.case === 'checkTx' && answer.value.code === code)
  }
})

test('a hundred thousand requests, nearly right, are answered or refused by name, and change no block', async () => {
  const random = seededRandom('abci requests')
  const { calls, application } = made()
  const requests: Asked[] = [
    { case: 'echo', value: { message: 'hello' } },
    { case: 'info', value: { version: '0.38.25', blockVersion: 11n } },
    { case: 'initChain', value: { chainId: 'chain', initialHeight: 1n, validators: [{ power: 1n }] } },
    { case: 'query', value: { path: '/a', data: GOOD } },
    { case: 'checkTx', value: { tx: GOOD } },
    { case: 'prepareProposal', value: { txs: [GOOD, OLD], maxTxBytes: 1000n, height: 1n } },
    { case: 'processProposal', value: { txs: [time(NOW), GOOD], height: 1n, time: { seconds: 5n } } },
    { case: 'verifyVoteExtension', value: { height: 1n, voteExtension: GOOD } },
    { case: 'offerSnapshot', value: { snapshot: { height: 5n, chunks: 2, hash: GOOD }, appHash: GOOD } },
    { case: 'loadSnapshotChunk', value: { height: 5n, chunk: 1 } },
    { case: 'applySnapshotChunk', value: { index: 1, chunk: GOOD, sender: 'x' } },
    { case: 'listSnapshots', value: {} },
  ]
  const patterns = requests.map((value) => toBinary(RequestSchema, create(RequestSchema, { value })))
  let answered = 0
  let refused = 0
  for (let i = 0; i < 100_000; i++) {
    const bytes = Uint8Array.from(patterns[i % patterns.length]!)
    const [at, bit, cut] = random(3)
    bytes[at! % bytes.length]! ^= 1 << (bit! % 8)
    let request: AbciRequest
    try {
      request = parseRequest(cut! < 32 ? bytes.subarray(0, at! % bytes.length) : bytes)
    } catch (error) {
      assert.ok(error instanceof FrameError)
      refused++
      continue
    }
    // What decides a block stands in other tests.
    if (request.case === 'finalizeBlock' || request.case === 'commit') continue
    try {
      await calls.handle(request)
      answered++
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'engine-start')
    }
  }
  assert.ok(answered > 10_000 && refused > 10_000, `${answered} ${refused}`)
  assert.equal(application.blocks.length, 0)
})
