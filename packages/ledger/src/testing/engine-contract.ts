/**
 * What every engine must pass, faults included. Called by a test file of the engine with a way to make a rig: one engine
 * per member, all of one chain, and ways to stop, kill and hinder one.
 */
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { type Bytes, digest, equalBytes, type Refusal, refuse, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import type { Application, Block, BlockRefusalCode, Engine, StallReason } from '../engine/engine.ts'

/** A chain of one or more members for one test. */
export interface EngineRig {
  /** Number of members. */
  readonly members: number
  /** Starts a member's engine (again) on what it has on disk. */
  start(member: number, application: Application): Promise<Engine>
  /** Ends a member's engine without any farewell, as `kill -9` does. */
  kill(member: number): Promise<void>
  /** Makes a member's disk refuse writes; only with `disk`. */
  readonly hinder?: (member: number, hindered: boolean) => void
  /** How long the tests wait for a block, milliseconds. */
  readonly patienceMs: number
}

/** An application that keeps what it was given, and says by its hash what it has seen. */
export class RecordingApplication implements Application {
  blocks: Block[] = []
  /** Blocks that survive a kill. */
  kept = 0
  stalled: StallReason | null = null
  now = 1_000_000
  failures = 0
  #hash: Bytes = digest('sha256', new Uint8Array())

  info() {
    return { height: this.blocks.length, appHash: this.#hash }
  }

  check(transaction: Bytes): Refusal | null {
    return transaction[0] === 0xff ? refuse('transaction-malformed', 'begins with ff') : null
  }

  propose() {
    return this.stalled === null ? { time: this.now, clockStep: 0 } : { stalled: this.stalled }
  }

  judge(block: Block): Refusal<BlockRefusalCode> | null {
    const last = this.blocks.at(-1)
    return last !== undefined && block.time < last.time ? refuse('block-time', 'before the last one') : null
  }

  async finalize(block: Block): Promise<Bytes> {
    if (this.failures-- > 0) throw Object.assign(new Error('disk'), { code: 'storage-full' })
    if (block.height === this.blocks.length) return this.#hash
    assert.equal(block.height, this.blocks.length + 1, 'heights do not skip')
    assert.ok(block.time >= (this.blocks.at(-1)?.time ?? 0), 'time does not go back')
    this.blocks.push(block)
    this.#rehash()
    return this.#hash
  }

  async commit() {
    return { retainFrom: this.kept + 1 }
  }

  /** What a crash leaves: the blocks that were settled. */
  crash(): void {
    this.blocks = this.blocks.slice(0, this.kept)
    this.#rehash()
  }

  get transactions(): string[] {
    return this.blocks.flatMap((block) => block.transactions.map(toHex))
  }

  #rehash(): void {
    this.#hash = digest('sha256', new TextEncoder().encode(this.transactions.join()))
  }
}

/** Declares the suite. `makeRig` is called once for each test; what only engines with a disk within reach can show needs `disk`. */
export function engineContract(
  name: string,
  makeRig: (context: TestContext) => Promise<EngineRig>,
  { disk = true }: { readonly disk?: boolean } = {},
): void {
  describe(`the engine ${name}`, () => {
    test('orders what is submitted, and every member gets the same blocks in the same order', async (t) => {
      const { rig, engines, applications, random } = await started(t)
      const sent = Array.from({ length: 40 }, () => random(100))
      for (const [i, transaction] of sent.entries()) await engines[i % rig.members]!.submit(transaction)
      await until(rig, () => applications.every(({ transactions }) => transactions.length >= sent.length))
      const first = applications[0]!
      assert.deepEqual(new Set(first.transactions), new Set(sent.map(toHex)))
      for (const { transactions, blocks } of applications) {
        assert.deepEqual(transactions, first.transactions)
        // A block without transactions may follow, on one member sooner than on another.
        const both = Math.min(blocks.length, first.blocks.length)
        assert.deepEqual(plain(blocks.slice(0, both)), plain(first.blocks.slice(0, both)))
      }
    })

    test('does not order what the application refuses to have ordered', async (t) => {
      const { rig, engines, applications, random } = await started(t)
      const bad = random(50)
      bad[0] = 0xff
      await engines[0]!.submit(bad).catch(() => undefined)
      const good = random(50)
      good[0] = 1
      await engines[0]!.submit(good)
      await until(rig, () => applications.every(({ transactions }) => transactions.length > 0))
      assert.deepEqual(applications[0]!.transactions, [toHex(good)])
    })

    test('states the proposer’s time, which never goes back', async (t) => {
      const { rig, engines, applications, random } = await started(t)
      for (const now of [5_000_000, 5_000_000, 9_000_000]) {
        for (const application of applications) application.now = now
        const transaction = random(60)
        await engines[0]!.submit(transaction)
        await until(rig, () => applications.every(({ transactions }) => transactions.includes(toHex(transaction))))
        for (const { blocks } of applications) {
          const block = blocks.find(({ transactions }) => transactions.some((one) => equalBytes(one, transaction)))
          assert.equal(block!.time, now)
        }
      }
    })

    test('says why when the application has no time to state, and goes on by itself', async (t) => {
      const { rig, engines, applications, random } = await started(t)
      for (const application of applications) application.stalled = { code: 'clock-behind', detail: 'test' }
      await engines[0]!.submit(random(60))
      await until(rig, () => engines.some((engine) => engine.stalled()?.code === 'clock-behind'))
      assert.deepEqual(applications[0]!.transactions, [])
      for (const application of applications) application.stalled = null
      await until(rig, () => applications.every(({ transactions }) => transactions.length === 1))
      await until(rig, () => engines.every((engine) => engine.stalled() === null))
    })

    test('gives a block again that the application could not take', async (t) => {
      const { rig, engines, applications, random } = await started(t)
      applications[0]!.failures = 2
      await engines[0]!.submit(random(60))
      await until(rig, () => applications.every(({ transactions }) => transactions.length === 1))
    })

    test('after a kill gives every block again that the application did not keep, and not one other', async (t) => {
      const { rig, engines, applications, random } = await started(t)
      const [application] = applications
      for (let round = 0; round < 4; round++) {
        const before = application!.transactions.length
        for (let i = 0; i < 5; i++) await engines[0]!.submit(random(70))
        await until(rig, () => application!.transactions.length >= before + 5)
        const seen = application!.blocks
        await rig.kill(0)
        application!.kept = Math.max(application!.kept, seen.length - 1 - round)
        application!.crash()
        engines[0] = await rig.start(0, application!)
        await until(rig, () => application!.blocks.length >= seen.length)
        assert.deepEqual(plain(application!.blocks.slice(0, seen.length)), plain(seen))
      }
    })

    test('stops without losing its last block, takes nothing afterwards, and stops twice without harm', async (t) => {
      const { rig, engines, applications, random } = await started(t)
      await engines[0]!.submit(random(90))
      await until(rig, () => applications[0]!.transactions.length === 1)
      const seen = applications[0]!.blocks
      await engines[0]!.stop()
      await engines[0]!.stop()
      await assert.rejects(engines[0]!.submit(random(10)), { code: 'ledger-closed' })
      applications[0]!.crash()
      engines[0] = await rig.start(0, applications[0]!)
      await until(rig, () => applications[0]!.blocks.length >= seen.length)
      assert.deepEqual(plain(applications[0]!.blocks.slice(0, seen.length)), plain(seen))
    })

    if (!disk) return
    test('finalizes nothing that it could not give again: a full disk stops it by name, and it goes on by itself', async (t) => {
      const { rig, engines, applications, random } = await started(t)
      const hinder = rig.hinder!
      hinder(0, true)
      await engines[0]!.submit(random(80))
      await until(rig, () => engines[0]!.stalled()?.code === 'storage-full')
      assert.equal(applications[0]!.blocks.length, 0)
      hinder(0, false)
      await until(rig, () => applications[0]!.transactions.length === 1)
      await until(rig, () => engines[0]!.stalled() === null)
    })
  })

  async function started(context: TestContext) {
    const rig = await makeRig(context)
    const applications = Array.from({ length: rig.members }, () => new RecordingApplication())
    const engines = await Promise.all(applications.map((application, member) => rig.start(member, application)))
    context.after(() => Promise.all(engines.map((engine) => engine.stop())))
    return { rig, engines, applications, random: seededRandom(context.name) }
  }
}

/** Blocks to compare, whatever kind of arrays their bytes are in. */
function plain(blocks: readonly Block[]) {
  return blocks.map((block) => ({ ...block, transactions: block.transactions.map(toHex) }))
}

async function until(rig: EngineRig, condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < rig.patienceMs; waited += 5) {
    if (condition()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  assert.fail(`not within ${rig.patienceMs} ms`)
}
