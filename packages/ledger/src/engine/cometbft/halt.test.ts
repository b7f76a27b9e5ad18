import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bytes } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { needs, toolPath } from '../../../../../tests/capability.ts'
import { type CometMember, cometMembers, startComet } from '../../testing/comet-rig.ts'
import { RecordingApplication } from '../../testing/engine-contract.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import type { Block, StallReason } from '../engine.ts'
import type { CometEngine, CometEngineOptions } from './comet-engine.ts'
import { forgetBlocks } from './comet-files.ts'

/** Executes as the others do until it is told otherwise. */
class Straying extends RecordingApplication {
  astray = false

  override async finalize(block: Block): Promise<Bytes> {
    const hash = await super.finalize(block)
    return this.astray ? new Uint8Array(32).fill(block.height) : hash
  }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < 90_000; waited += 20) {
    if (condition()) return
    await sleep(20)
  }
  assert.fail(what)
}

async function started(t: TestContext, count: number, rest: (i: number) => Partial<CometEngineOptions> = () => ({})) {
  const members = await cometMembers(temporaryFolder(), count, t.name)
  const applications = members.map(() => new Straying())
  const engines = await Promise.all(
    members.map((member, i) => startComet(member, toolPath('cometbft'), applications[i]!, rest(i))),
  )
  t.after(() => Promise.all(engines.map((engine) => engine.stop())))
  const random = seededRandom(t.name)
  const order = async (engine: CometEngine, seenBy: readonly Straying[]) => {
    const before = seenBy.map(({ transactions }) => transactions.length)
    await engine.submit(random(64))
    await until('ordered', () => seenBy.every(({ transactions }, i) => transactions.length > before[i]!))
  }
  return { members, applications, engines, order, random }
}

describe('a member whose state is not that of the others', needs('cometbft'), () => {
  test('halts with height and reason, does not start again by itself, and the others go on', async (t) => {
    const halts: StallReason[] = []
    const { members, applications, engines, order, random } = await started(t, 4, (i) =>
      i === 3 ? { halted: (reason) => halts.push(reason) } : {},
    )
    await order(engines[0]!, applications)
    applications[3]!.astray = true
    const others = applications.slice(0, 3)
    for (let i = 0; i < 3; i++) await order(engines[0]!, others)
    await until('it halts', () => halts.length > 0)
    assert.equal(engines[3]!.stalled()?.code, 'halted')
    assert.match(engines[3]!.stalled()!.detail, /^halted at height \d+: /)
    assert.equal(engines[3]!.status().state, 'halted')
    await until('its CometBFT ends', () => engines[3]!.status().pid === null)
    await order(engines[1]!, others)
    assert.ok(engines.slice(0, 3).every((engine) => engine.stalled()?.code !== 'halted'))

    // Its process is started anew, as a supervisor of the machine would: it stays halted until somebody has looked.
    await engines[3]!.stop()
    applications[3]!.astray = false
    applications[3]!.crash()
    engines[3] = await startComet(members[3]!, toolPath('cometbft'), applications[3]!)
    assert.equal(engines[3]!.stalled()?.code, 'halted')
    assert.equal(engines[3]!.status().pid, null)
    await engines[3]!.stop()

    // What it holds is taken anew from the others.
    forgetBlocks(members[3]!.home.folder)
    engines[3] = await startComet(members[3]!, toolPath('cometbft'), applications[3]!)
    await engines[2]!.submit(random(64))
    await until('it has what the others have', () => {
      const { length } = applications[0]!.transactions
      return length > 4 && applications[3]!.transactions.length === length
    })
    assert.deepEqual(applications[3]!.transactions, applications[0]!.transactions)
    assert.equal(halts.length, 1)
  })

  test('is found by what the others say, before CometBFT finds it', async (t) => {
    const halts: StallReason[] = []
    const [hash, own] = [new Uint8Array(32).fill(9), new Uint8Array(32).fill(8)]
    const { engines, applications, order } = await started(t, 1, () => ({
      halted: (reason) => halts.push(reason),
      // One member, who is told by another that something else is right: with one vote nobody is dishonest.
      peerPositions: async (from) => [
        { member: 'court', positions: from > 1 ? [{ height: from, appHash: hash }] : [{ height: 1, appHash: own }] },
      ],
    }))
    assert.ok(applications[0]!.blocks.length >= 0)
    await order(engines[0]!, applications).catch(() => undefined)
    await until('it halts', () => halts.length > 0)
    assert.match(halts[0]!.detail, /halted at height 1: this member’s state is not that of the others: court hold 08/)
  })
})

describe('CometBFT that does not run', needs('cometbft'), () => {
  test('is started again whenever it ends, and nothing that was handed over meanwhile is lost', async (t) => {
    const { engines, applications, random } = await started(t, 1)
    for (let round = 0; round < 3; round++) {
      const { pid } = engines[0]!.status()
      process.kill(pid!, round === 1 ? 'SIGTERM' : 'SIGKILL')
      await until('it has ended', () => engines[0]!.status().pid !== pid)
      await engines[0]!.submit(random(50))
      await until('ordered', () => applications[0]!.transactions.length === round + 1)
      await until('it is up', () => engines[0]!.stalled() === null)
    }
    assert.equal(engines[0]!.status().restarts, 3)
  })

  test('is told of in words while it does not', async (t) => {
    const { engines } = await started(t, 1, () => ({ tuning: { restartMs: 60_000 } }))
    process.kill(engines[0]!.status().pid!, 'SIGKILL')
    await until('it is said', () => engines[0]!.stalled()?.code === 'engine-down')
  })

  test('leaves no key on the disk once it runs', async (t) => {
    const { members } = await started(t, 1)
    assert.equal(existsSync(join(members[0]!.home.folder, 'config/priv_validator_key.json')), false)
    assert.equal(existsSync(join(members[0]!.home.folder, 'config/node_key.json')), false)
  })

  test('because it is not there, is another version, or cannot use its folder, is refused by name', async () => {
    const folder = temporaryFolder()
    const other = join(folder, 'other')
    writeFileSync(other, '#!/bin/sh\necho 1.0.0\n')
    chmodSync(other, 0o755)
    const [member] = (await cometMembers(folder, 1, 'refused')) as [CometMember]
    for (const binary of [join(folder, 'nothing'), other]) {
      await assert.rejects(startComet(member, binary, new Straying()), { code: 'engine-start' })
    }
    const [taken] = (await cometMembers(folder, 1, 'taken')) as [CometMember]
    mkdirSync(join(taken.home.folder, 'data/state.db'), { recursive: true })
    writeFileSync(join(taken.home.folder, 'data/state.db/CURRENT'), 'nonsense')
    await assert.rejects(startComet(taken, toolPath('cometbft'), new Straying()), { code: 'engine-start' })
  })

  test('because its blocks are gone, while the ledger has them, halts its member', async (t) => {
    const [member] = (await cometMembers(temporaryFolder(), 1, 'gone')) as [CometMember]
    const ahead = new Straying()
    ahead.blocks = [{ height: 1, time: 1, clockStep: 0, transactions: [] }]
    const engine = await startComet(member, toolPath('cometbft'), ahead)
    t.after(() => engine.stop())
    assert.equal(engine.stalled()?.code, 'halted')
  })
})

test('an application that fails at the same block again and again halts its member', needs('cometbft'), async (t) => {
  const { engines, applications, random } = await started(t, 1)
  applications[0]!.finalize = async () => {
    throw new Error('the version voted for is not installed here')
  }
  await engines[0]!.submit(random(50))
  await until('it halts', () => engines[0]!.stalled()?.code === 'halted')
  assert.match(engines[0]!.stalled()!.detail, /block \d+ cannot be executed here: the version voted for/)
})

test('members say when fewer than a quorum are here, and go on when they are', needs('cometbft'), async (t) => {
  const { members, engines, applications, random } = await started(t, 4)
  await Promise.all([engines[2]!.stop(), engines[3]!.stop()])
  await until('it is said', () => /\(2 of 4, 3 are needed\)/.test(engines[0]!.stalled()?.detail ?? ''))
  assert.equal(engines[0]!.stalled()?.code, 'quorum-lost')
  await engines[0]!.submit(random(50))
  await sleep(500)
  assert.deepEqual(applications[0]!.transactions, [])
  engines[2] = await startComet(members[2]!, toolPath('cometbft'), applications[2]!)
  await until('ordered', () => [0, 1, 2].every((i) => applications[i]!.transactions.length === 1))
  await until('nothing is said', () => engines[0]!.stalled() === null)
})
