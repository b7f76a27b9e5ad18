/** A consortium on this machine, each member in processes of its own, that a test may kill and start again. */
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { toHex } from '@mingzheng/kernel'
import type { ChildAnswer, ChildOptions, ChildQuestion } from './comet-child.ts'
import { type CometMember, cometMembers } from './comet-rig.ts'

export type MemberStatus = Extract<ChildAnswer, { kind: 'status' }>

type Hindrance = Partial<Pick<ChildOptions, 'clockOffMs' | 'slowDiskMs'>>

/** A time at which nothing here began; what a member's clock says is what counts. */
const GENESIS = Date.UTC(2024, 0, 1)
const PATIENCE_MS = 120_000

class MemberProcess {
  readonly #options: ChildOptions
  readonly #folder: string
  #child: ChildProcess | null = null
  #answered: (answer: ChildAnswer | null) => void = () => undefined
  /** Questions are put one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: ChildOptions) {
    this.#options = options
    this.#folder = join(options.folder, '..')
  }

  async start(hindrance: Hindrance = {}): Promise<void> {
    const file = join(this.#folder, 'child.json')
    writeFileSync(file, JSON.stringify({ ...this.#options, ...hindrance }))
    const log = openSync(join(this.#folder, 'child.log'), 'a')
    const script = fileURLToPath(new URL('comet-child.ts', import.meta.url))
    const child = fork(script, [file], { stdio: ['ignore', log, log, 'ipc'] })
    this.#child = child
    child.on('message', (answer: ChildAnswer) => this.#answered(answer))
    child.once('exit', () => {
      if (this.#child === child) this.#child = null
      this.#answered(null)
    })
    assert.deepEqual(await this.#answer(), { kind: 'ready' }, this.lastWords)
  }

  /** What the process says next; `null` when it ends first. */
  #answer(): Promise<ChildAnswer | null> {
    return new Promise((resolve) => {
      this.#answered = resolve
    })
  }

  ask<Kind extends ChildAnswer['kind']>(
    question: ChildQuestion,
    kind: Kind,
  ): Promise<Extract<ChildAnswer, { kind: Kind }>> {
    const mine = this.#turn.then(async () => {
      const child = this.#child
      assert.ok(child !== null, 'the member does not run')
      child.send(question)
      const answer = await this.#answer()
      assert.equal(answer?.kind, kind, JSON.stringify(answer))
      return answer as Extract<ChildAnswer, { kind: Kind }>
    })
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === null) return
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }

  get lastWords(): string {
    return readFileSync(join(this.#folder, 'child.log'), 'utf8').slice(-20_000)
  }
}

export class CometConsortium {
  readonly members: readonly MemberProcess[]
  readonly accepted = new Set<string>()
  #sent = 0
  #loading: Promise<void> | null = null
  #loaded = false

  private constructor(members: readonly MemberProcess[]) {
    this.members = members
  }

  static async start(folder: string, binary: string, count: number, seed: string): Promise<CometConsortium> {
    const homes = await cometMembers(folder, count, seed)
    const members = homes.map((member) => new MemberProcess(optionsOf(member, binary)))
    await Promise.all(members.map((member) => member.start()))
    return new CometConsortium(members)
  }

  status(i: number): Promise<MemberStatus> {
    return this.members[i]!.ask({ kind: 'status' }, 'status')
  }

  /** The last that a member has written. */
  words(i: number): string {
    return this.members[i]!.lastWords
  }

  /** Has a living member accept so many items. */
  async submit(i: number, count: number): Promise<void> {
    const { ids } = await this.members[i]!.ask({ kind: 'submit', count, seed: `items ${this.#sent++}` }, 'accepted')
    for (const id of ids) this.accepted.add(id)
  }

  /** Keeps some members busy until `rest`. */
  load(...who: number[]): void {
    this.#loaded = true
    this.#loading = (async () => {
      for (let turn = 0; this.#loaded; turn++) {
        await this.submit(who[turn % who.length]!, 50)
        await sleep(20)
      }
    })()
  }

  async rest(): Promise<void> {
    this.#loaded = false
    await this.#loading
    this.#loading = null
  }

  async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + PATIENCE_MS
    while (!(await condition())) {
      assert.ok(performance.now() < end, `${what}: not within ${PATIENCE_MS} ms`)
      await sleep(100)
    }
  }

  /** Until a member's ledger has grown by something. */
  async progress(i: number): Promise<void> {
    const { size } = await this.status(i)
    await this.until(`member ${i} goes on`, async () => (await this.status(i)).size > size)
  }

  /** Until all have the same, and everything that was accepted, once; answers with the number of entries. */
  async agree(): Promise<number> {
    const wanted = this.accepted.size + 1
    await this.until('everything accepted is on every ledger', async () => {
      const all = await Promise.all(this.members.map((_, i) => this.status(i)))
      // What is compared are the entries that have been witnessed, which come a moment after those that have been executed.
      return all.every(
        ({ size, witnessedSize, waiting }) => size === wanted && witnessedSize === wanted && waiting === 0,
      )
    })
    const logs = await Promise.all(this.members.map((member) => member.ask({ kind: 'log' }, 'log')))
    for (const { digest, root } of logs) assert.deepEqual([digest, root], [logs[0]!.digest, logs[0]!.root])
    const { ids } = logs[0]!
    assert.equal(ids.length, new Set(ids).size, 'nothing is there twice')
    assert.deepEqual(new Set(ids), this.accepted, 'everything accepted, and nothing else')
    return ids.length
  }

  async end(): Promise<void> {
    this.#loaded = false
    await this.#loading?.catch(() => undefined)
    await Promise.all(this.members.map((member) => member.kill()))
  }
}

function optionsOf({ home, keys }: CometMember, binary: string): ChildOptions {
  mkdirSync(home.folder, { recursive: true })
  return {
    folder: join(home.folder, 'ledger'),
    binary,
    home: {
      ...home,
      folder: join(home.folder, 'engine'),
      validators: home.validators.map((one) => ({ ...one, publicKey: toHex(one.publicKey) })),
    },
    consensus: toHex(keys.consensus),
    node: toHex(keys.node),
    time: GENESIS,
    clockOffMs: 0,
    slowDiskMs: 0,
  }
}
