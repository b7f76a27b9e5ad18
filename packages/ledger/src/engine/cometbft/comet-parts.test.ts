import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { cometMembers } from '../../testing/comet-rig.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { cometConfiguration, cometGenesis } from './comet-configuration.ts'
import { removeCometKeys, writeCometHome, writeCometKeys } from './comet-files.ts'
import { finalReason, LineCutter, needsRestart, readCometLine } from './comet-lines.ts'
import { RpcError } from './comet-rpc.ts'
import { clearHalt, readHalt, writeHalt } from './halt-mark.ts'
import { endLeftOver, noteChild } from './left-over.ts'
import { Outbox } from './outbox.ts'
import { RotatedLog } from './rotated-log.ts'
import { TransactionCache } from './transaction-cache.ts'
import { NOTHING_SEEN, Patience, Silence } from './watcher.ts'

describe('the folder of CometBFT', () => {
  test('begins every member’s chain with the same bytes, and sets what they must have in common the same', async () => {
    const members = await cometMembers(temporaryFolder(), 4, 'folder')
    assert.equal(new Set(members.map(({ home }) => cometGenesis(home))).size, 1)
    const common = (text: string) =>
      text
        .split('\n')
        .filter((line) => !/^(moniker|laddr|persistent_peers|unconditional_peer_ids|private_peer_ids) =/.test(line))
        .join('\n')
    assert.equal(new Set(members.map(({ home }) => common(cometConfiguration(home)))).size, 1)
  })

  test('is readable by its owner alone, and holds no secret but while CometBFT starts', async () => {
    const [{ home, keys }] = (await cometMembers(temporaryFolder(), 1, 'keys')) as [
      Awaited<ReturnType<typeof cometMembers>>[0],
    ]
    writeCometHome(home)
    const config = join(home.folder, 'config')
    assert.equal(statSync(home.folder).mode & 0o777, 0o700)
    assert.deepEqual(readdirSync(config).sort(), ['config.toml', 'genesis.json'])
    writeCometKeys(home.folder, keys)
    for (const name of readdirSync(config)) assert.equal(statSync(join(config, name)).mode & 0o077, 0)
    removeCometKeys(home.folder)
    assert.deepEqual(readdirSync(config).sort(), ['config.toml', 'genesis.json'])
  })

  test('that was lost lets its member sign nothing that the others have decided', async () => {
    const [{ home }] = (await cometMembers(temporaryFolder(), 1, 'lost')) as [
      Awaited<ReturnType<typeof cometMembers>>[0],
    ]
    writeCometHome(home, 90)
    const signed = JSON.parse(readFileSync(join(home.folder, 'data/priv_validator_state.json'), 'utf8')) as object
    assert.deepEqual(signed, { height: '90', round: 0, step: 0 })
  })

  test('never forgets what has been signed, and is never another chain’s', async () => {
    const [{ home }] = (await cometMembers(temporaryFolder(), 1, 'signed')) as [
      Awaited<ReturnType<typeof cometMembers>>[0],
    ]
    writeCometHome(home)
    const signed = join(home.folder, 'data/priv_validator_state.json')
    writeFileSync(signed, '{"height":"7","round":0,"step":3}')
    writeCometHome({ ...home, peers: [] })
    assert.match(readFileSync(signed, 'utf8'), /"7"/)
    writeCometHome(home, 90)
    assert.match(readFileSync(signed, 'utf8'), /"7"/)
    for (const other of [{ chainId: 'other' }, { time: 5 }, { chainId: 'x'.repeat(51) }, { validators: [] }]) {
      assert.throws(() => writeCometHome({ ...home, ...other }), { code: 'engine-start' })
    }
  })
})

describe('what CometBFT writes', () => {
  test('is final when it says so, in its own words, and not for one bad proposal', () => {
    const error = (message: string) => readCometLine(JSON.stringify({ level: 'error', _msg: message, err: 'x' }))
    assert.ok(
      finalReason(
        readCometLine('{"level":"error","_msg":"CONSENSUS FAILURE!!!","err":"+2/3 committed an invalid block: x"}'),
      ),
    )
    assert.equal(finalReason(error('CONSENSUS FAILURE!!!')), null)
    assert.ok(needsRestart(error('CONSENSUS FAILURE!!!')))
    assert.ok(!needsRestart(error('Stopping peer for error')))
    assert.ok(
      finalReason(
        readCometLine(
          '{"level":"error","_msg":"error in validation","err":"wrong Block.Header.AppHash.  Expected A, got B"}',
        ),
      ),
    )
    assert.ok(finalReason(readCometLine('panic: state.AppHash does not match AppHash after replay. Got 1, expected 2')))
    assert.ok(finalReason(readCometLine('error on replay: app block height (7) is higher than core (3)')))
    assert.equal(finalReason(error('prevote step: consensus deems this block invalid; prevoting nil')), null)
    assert.equal(finalReason(error('Stopping peer for error')), null)
  })

  test('is cut into lines, whatever it comes in, and no line fills the memory', () => {
    const lines = new LineCutter()
    assert.deepEqual(lines.push('a\nb'), ['a'])
    assert.deepEqual(lines.push('c\n\n'), ['bc'])
    for (let i = 0; i < 100; i++) assert.deepEqual(lines.push('x'.repeat(10_000)), [])
    assert.equal(lines.push('\n')[0]!.length, 64 * 1024)
  })

  test('is kept in files that do not grow for ever', () => {
    const folder = temporaryFolder()
    const log = new RotatedLog(join(folder, 'log/x.log'))
    const line = 'y'.repeat(1024 * 1024)
    for (let i = 0; i < 30; i++) log.write(line)
    assert.deepEqual(readdirSync(join(folder, 'log')).sort(), ['x.log', 'x.log.1', 'x.log.2'])
    assert.ok(readdirSync(join(folder, 'log')).every((name) => statSync(join(folder, 'log', name)).size < 6e6))
  })
})

describe('a process that was left over', () => {
  test('is ended at the next start', async () => {
    const file = join(temporaryFolder(), 'pid')
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    const gone = once(child, 'exit')
    await once(child, 'spawn')
    noteChild(file, child.pid!)
    assert.equal(await endLeftOver(file, 5000), true)
    await gone
    assert.equal(existsSync(file), false)
    assert.equal(await endLeftOver(file, 5000), false)
  })

  test('is not mistaken for another that was given its number, nor for what a crash left of the note', async () => {
    const file = join(temporaryFolder(), 'pid')
    for (const text of [JSON.stringify({ pid: process.pid, began: '1' }), '{"pid":', '']) {
      writeFileSync(file, text)
      assert.equal(await endLeftOver(file, 100), false)
    }
  })
})

describe('the transactions that are handed over', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values)

  test('go in their order, and wait while CometBFT is not there', async () => {
    const got: number[] = []
    let there = false
    const outbox = new Outbox({
      retryMs: 1,
      refused: () => undefined,
      async broadcast([first]) {
        if (!there) throw new Error('ECONNREFUSED')
        got.push(first!)
        return null
      },
    })
    for (let i = 0; i < 20; i++) await outbox.add(bytes(i))
    await sleep(10)
    assert.deepEqual([got, outbox.waiting], [[], 20])
    there = true
    while (outbox.waiting > 0) await sleep(2)
    assert.deepEqual(
      got,
      Array.from({ length: 20 }, (_, i) => i),
    )
    await outbox.close()
    await assert.rejects(outbox.add(bytes(1)), { code: 'ledger-closed' })
  })

  test('that are refused, or too long, do not hold up the others', async () => {
    const refused: string[] = []
    const got: number[] = []
    const outbox = new Outbox({
      retryMs: 1,
      refused: (why) => refused.push(why),
      async broadcast([first]) {
        if (first === 1) return 'no'
        if (first === 2)
          throw new RpcError({ code: -32603, message: 'Tx too large. Max size is 2097152, but got 3000000' })
        got.push(first!)
        return null
      },
    })
    for (const i of [0, 1, 2, 3]) await outbox.add(bytes(i))
    while (outbox.waiting > 0) await sleep(2)
    assert.deepEqual(
      [got, refused],
      [
        [0, 3],
        ['no', 'it is too long'],
      ],
    )
    await outbox.close()
  })

  test('wait outside when too much waits here', async () => {
    const outbox = new Outbox({
      retryMs: 5,
      refused: () => undefined,
      broadcast: () => Promise.reject(new Error('no')),
    })
    const large = () => new Uint8Array(16 * 1024 * 1024)
    await outbox.add(large())
    await outbox.add(large())
    let taken = false
    const third = outbox.add(large()).then(
      () => {
        taken = true
      },
      (error: { code: string }) => error.code,
    )
    await sleep(30)
    assert.equal(taken, false)
    await outbox.close()
    assert.equal(await third, 'ledger-closed')
  })

  test('are one object each, however often they come, up to a size', () => {
    const cache = new TransactionCache(100)
    const first = cache.same(bytes(1, 2, 3))
    assert.equal(cache.same(Buffer.from([1, 2, 3])), first)
    cache.same(new Uint8Array(99))
    assert.notEqual(cache.same(bytes(1, 2, 3)), first)
    // A window on a message does not keep the message.
    const message = new Uint8Array(50)
    assert.equal(cache.same(message.subarray(10, 20)).buffer.byteLength, 10)
  })

  test('are let go when they are on the ledger, and their room is free', () => {
    const cache = new TransactionCache(100)
    const [one, other] = [cache.same(new Uint8Array(60).fill(1)), cache.same(new Uint8Array(40).fill(2))]
    cache.forget([one, new Uint8Array(60).fill(1)])
    assert.notEqual(cache.same(new Uint8Array(60).fill(1)), one)
    assert.equal(cache.same(new Uint8Array(40).fill(2)), other)
  })
})

describe('what is said of a member', () => {
  const sight = { ...NOTHING_SEEN, ready: true, votes: { here: 4, heard: 4, needed: 3, all: 4 } }

  test('is nothing while blocks come or nothing waits', () => {
    const patience = new Patience()
    for (let now = 0; now < 200_000; now += 1000) assert.equal(patience.judge(sight, 5, 5, now), null)
    for (let now = 0; now < 200_000; now += 1000)
      assert.equal(patience.judge({ ...sight, waiting: 9 }, now, 0, now), null)
  })

  test('is that fewer than a quorum answer, though all are connected and nothing waits; not while blocks come', () => {
    const silence = new Silence()
    silence.note(['a', 'b', 'c'])
    silence.note(['a'])
    assert.deepEqual([...silence.members], [], 'one answer may come late')
    silence.note(['a'])
    assert.deepEqual([...silence.members], ['b', 'c'])
    const hung = { ...sight, votes: { here: 4, heard: 2, needed: 3, all: 4 } }
    const idle = new Patience()
    const said = Array.from({ length: 8 }, (_, i) => idle.judge(hung, 5, 5, i * 1000)?.code ?? null)
    assert.deepEqual([said[0], said[7]], [null, 'quorum-lost'])
    assert.equal(idle.judge(sight, 5, 5, 9000), null)
    const busy = new Patience()
    for (let i = 0; i < 20; i++) assert.equal(busy.judge(hung, i, i, i * 1000), null)
    silence.note(['a', 'b', 'c'])
    assert.deepEqual([...silence.members], [])
  })

  test('is that fewer than a quorum are here, after a second look', () => {
    const patience = new Patience()
    const alone = { ...sight, votes: { here: 2, heard: 2, needed: 3, all: 4 } }
    assert.equal(patience.judge(alone, 5, 5, 0), null)
    const said = patience.judge(alone, 5, 5, 1000)
    assert.equal(said?.code, 'quorum-lost')
    assert.match(said!.detail, /2 of 4, 3 are needed.*nothing can be fixed now/)
    assert.equal(patience.lonelyFor(5000), 5000)
    assert.equal(patience.judge(sight, 5, 5, 6000), null)
    assert.equal(patience.lonelyFor(9000), 0)
  })

  test('is that it is behind when the others are further, or CometBFT fetches', () => {
    const patience = new Patience()
    patience.judge(sight, 5, 50, 0)
    assert.match(patience.judge(sight, 5, 50, 1000)!.detail, /at block 5 of 50/)
    assert.equal(patience.judge(sight, 49, 50, 2000), null)
    patience.judge({ ...sight, catchingUp: true }, 49, 0, 3000)
    assert.equal(patience.judge({ ...sight, catchingUp: true }, 49, 0, 4000)?.code, 'behind')
  })

  test('is that no block comes although transactions wait and all seem to be here', () => {
    const patience = new Patience()
    assert.equal(patience.judge({ ...sight, waiting: 3 }, 5, 5, 0), null)
    assert.equal(patience.judge({ ...sight, waiting: 3 }, 5, 5, 10_000), null)
    assert.equal(patience.judge({ ...sight, waiting: 3 }, 5, 5, 26_000)?.code, 'quorum-lost')
  })
})

test('that a member halted is known after a restart, until somebody has looked', () => {
  const folder = join(temporaryFolder(), 'home')
  mkdirSync(folder)
  assert.equal(readHalt(folder), null)
  writeHalt(folder, 7, 'another state', Date.UTC(2026, 10, 24))
  assert.deepEqual(readHalt(folder), { height: 7, reason: 'another state', at: '2026-11-24T00:00:00.000Z' })
  clearHalt(folder)
  assert.equal(readHalt(folder), null)
  writeFileSync(join(folder, 'halted.json'), '{')
  assert.match(readHalt(folder)!.reason, /cannot be read/)
})
