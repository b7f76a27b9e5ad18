/**
 * A custodian: reads from the log what is handed to it, receives it, confirms by an entry when it is durable, answers challenges
 * with the bytes, gives files back sealed to whoever the ledger lets have them, and destroys nothing before its release.
 * Transport-free. docs/formats/custody.md.
 */
import { join } from 'node:path'
import { setImmediate as breathe, setTimeout as pause } from 'node:timers/promises'
import {
  answerDigest,
  drawnParts,
  drawSeed,
  formatProvedParts,
  MOST_PARTS_SENT,
  readCustodyEvent,
  readProvedParts,
} from '@mingzheng/evidence/contract'
import { type Bytes, concat, digest, Failure, hmac, type Refusal, refuse, toHex, utf8 } from '@mingzheng/kernel'
import type { LedgerClient, LedgerItem } from '@mingzheng/ledger'
import { newSealing, PartTree, partCipher, plainSize, readSealing, type Sealing, sealedSize } from '@mingzheng/proof'
import { CustodianBook, type HeldRow, type WishRow } from './custodian-book.ts'
import { CustodianStore } from './custodian-store.ts'

export interface CustodianOptions {
  ledger: LedgerClient
  folder: string
  /** This member's actor. */
  actor: Bytes
  /** Private half of its box key. */
  boxKey: Bytes
  /** Largest file taken, in parts of 64 KiB, and all files together. Defaults: 5 GiB, 1 TiB. */
  mostParts?: number
  mostPartsTogether?: number
  /** Rest between looks at the log. Default 500. */
  idleMs?: number
  onError(error: unknown, what: string): void
}

export type CustodyRefusal = Refusal<'custody-unknown' | 'custody-not-now'>

export interface Custodian {
  /** How far a holding is. */
  standing(holding: Bytes): Promise<{ parts: number; received: number; state: HeldRow['state'] } | CustodyRefusal>
  /** Takes in parts, each proved against the root on the ledger; answers how many are here. */
  receive(holding: Bytes, from: number, message: Bytes): Promise<number | CustodyRefusal>
  /** The parts that the present challenge asks for, proved. */
  drawn(holding: Bytes): Promise<Bytes | CustodyRefusal>
  /** Up to `MOST_PARTS_SENT` parts of a file that is given back, from part `from`. */
  given(wish: Bytes, from: number): Promise<Bytes | CustodyRefusal>
  holdings(): HeldRow[]
  /** A held file opened, for what is handed to this member to be read. Throws `sealed-broken`, `custody-lost`. */
  open(holding: Bytes): AsyncIterable<Bytes>
  /** Reads the log to its end and does what is due. */
  tick(): Promise<void>
  start(): void
  stop(): Promise<void>
}

const ENTRIES_AT_ONCE = 256
/** So many entries without anything of custody are read again at most. */
const PLACE_ENTRIES = 65_536
const PARTS_OF_5_GIB = 81_921
const PARTS_OF_1_TIB = 16_777_216

const unknown = (what: string): CustodyRefusal => refuse('custody-unknown', `there is no such ${what} here`)
const notNow = (detail: string): CustodyRefusal => refuse('custody-not-now', detail)

/** One duty is one item, however often it is tried. */
function dutyId(kind: string, of: Bytes): Bytes {
  return digest('sha256', concat(utf8(`mingzheng custody ${kind} v1\n`), of)).slice(0, 16)
}

export async function openCustodian(options: CustodianOptions): Promise<Custodian> {
  const store = await CustodianStore.open(options.folder)
  const book = new CustodianBook(join(options.folder, 'book.sqlite'), options.actor)
  // What was destroyed on the ledger while this program was being ended.
  for (const row of book.holdings('all')) if (row.state === 'ended') await store.remove(row)
  return new RunningCustodian(options, store, book)
}

class RunningCustodian implements Custodian {
  readonly #options: CustodianOptions
  readonly #store: CustodianStore
  readonly #book: CustodianBook
  readonly #stopping = new AbortController()
  /** Duties that the ledger has accepted or refused: nothing more to do until the log says so. */
  readonly #sent = new Set<string>()
  #loop: Promise<void> | null = null
  /** Held files that were seen to be here, in hex. */
  readonly #looked = new Set<string>()
  #turn: Promise<void> = Promise.resolve()
  /** Index of the entry to be read next; the book may say an earlier one, between which there is nothing of custody. */
  #next: number

  constructor(options: CustodianOptions, store: CustodianStore, book: CustodianBook) {
    this.#options = options
    this.#store = store
    this.#book = book
    this.#next = book.next
  }

  async standing(holding: Bytes) {
    const row = this.#book.holding(holding)
    if (row === null) return unknown('holding')
    return { parts: row.parts, received: await this.#store.received(row), state: row.state }
  }

  async receive(holding: Bytes, from: number, message: Bytes) {
    const row = this.#book.holding(holding)
    if (row === null) return unknown('holding')
    if (row.state === 'ended') return notNow('this holding has ended')
    if (from >= row.parts) return notNow('the file has no such part')
    const count = Math.min(MOST_PARTS_SENT, row.parts - from)
    const indices = Array.from({ length: count }, (_, i) => from + i)
    return this.#store.append(row, from, readProvedParts(message, indices, row))
  }

  async drawn(holding: Bytes) {
    const row = this.#book.holding(holding)
    if (row === null) return unknown('holding')
    if ((row.step !== 'answer' && row.step !== 'judge') || row.half === null)
      return notNow('nothing is being asked for')
    const { numbered } = await this.#drawnOf(row)
    return formatProvedParts(await this.#store.tree(row), numbered)
  }

  async given(wish: Bytes, from: number) {
    const found = this.#book.wish(wish)
    const row = found === null ? null : this.#book.holding(found.holding)
    if (found === null || row === null) return unknown('wish')
    if (!found.given || found.header === null) return notNow('it is not given yet')
    const give = await this.#resealing(row, found)
    try {
      if (from >= give.parts) return notNow('the file has no such part')
      const parts: Bytes[] = []
      for (let index = from; index < Math.min(give.parts, from + MOST_PARTS_SENT); index++) {
        parts.push(await give.part(index))
      }
      return concat(...parts)
    } finally {
      await give.close()
    }
  }

  async *open(holding: Bytes): AsyncGenerator<Bytes> {
    const row = this.#book.holding(holding)
    if (row === null) throw new Failure('custody-lost', 'there is no such holding here')
    const reader = await this.#store.reader(row)
    try {
      const context = concat(utf8('custody\0'), row.id)
      const cipher = await partCipher(await readSealing(await reader.part(0), this.#options.boxKey, context))
      for (let index = 1; index < row.parts; index++) {
        yield await cipher.open(index, await reader.part(index), index === row.parts - 1)
      }
    } finally {
      await reader.close()
    }
  }

  holdings(): HeldRow[] {
    return this.#book.holdings('all')
  }

  tick(): Promise<void> {
    this.#turn = this.#turn.then(
      () => this.#once(),
      () => this.#once(),
    )
    return this.#turn
  }

  start(): void {
    this.#loop ??= (async () => {
      while (!this.#stopping.signal.aborted) {
        await this.tick().catch((error: unknown) => this.#options.onError(error, 'custody'))
        await pause(this.#options.idleMs ?? 500, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
      }
    })()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#loop
    await this.#turn.catch(() => undefined)
    this.#book.takeIn([], this.#next)
    this.#book.close()
  }

  async #once(): Promise<void> {
    if ((await this.#readLog()) || this.#looked.size === 0) await this.#look()
    const duties: [string, () => Promise<void>][] = [
      ...this.#book
        .holdings('offered')
        .map((row) => ['confirm', () => this.#confirm(row)] as [string, () => Promise<void>]),
      ...this.#book
        .holdings('challenged')
        .map(
          (row) => ['challenge', () => this.#orLose(row.id, () => this.#answer(row))] as [string, () => Promise<void>],
        ),
      ...this.#book
        .openWishes()
        .map(
          (wish) => ['give', () => this.#orLose(wish.holding, () => this.#give(wish))] as [string, () => Promise<void>],
        ),
      ...this.#book
        .holdings('released')
        .map((row) => ['destroy', () => this.#destroy(row)] as [string, () => Promise<void>]),
    ]
    for (const [what, duty] of duties) {
      if (this.#stopping.signal.aborted) return
      // One file that cannot be read must not keep the others from their answers.
      await duty().catch((error: unknown) => this.#options.onError(error, what))
    }
  }

  /** A custodian that finds a file gone or broken says so at once, so that it is handed over anew. */
  async #orLose(holding: Bytes, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      const gone = error instanceof Failure && (error.code === 'custody-lost' || error.code === 'sealed-broken')
      if (gone) await this.#submit(dutyId('lose', holding), 'lose', { h: holding })
      throw error
    }
  }

  /** Files that should be here: a disk that came back empty is told at once, and filled again. */
  async #look(): Promise<void> {
    for (const row of this.#book.holdings('held')) {
      const name = toHex(row.id)
      if (this.#looked.has(name)) continue
      this.#looked.add(name)
      if ((await this.#store.received(row)) === row.parts) continue
      const lost = new Failure('custody-lost', 'a file that was held is not there any more')
      await this.#orLose(row.id, () => Promise.reject(lost)).catch((error: unknown) =>
        this.#options.onError(error, 'look'),
      )
    }
  }

  /** Reads the log to its end; answers whether it said anything of custody. */
  async #readLog(): Promise<boolean> {
    for (let told = false; ; ) {
      const entries = await this.#options.ledger.entries(this.#next, ENTRIES_AT_ONCE)
      if (entries.length === 0) return told
      const events = entries.flatMap((entry) => readCustodyEvent(entry) ?? [])
      const next = this.#next + entries.length
      // Each place is a sync of the disk: where nothing happened it is kept now and then.
      if (events.length > 0 || next >= this.#book.next + PLACE_ENTRIES) this.#book.takeIn(events, next)
      this.#next = next
      told ||= events.length > 0
      for (const event of events) {
        const row = event.kind === 'custody.destroy' ? this.#book.holding(event.body.h) : null
        if (row !== null) await this.#store.remove(row)
      }
      // The node's other work goes on while a long log is read.
      await breathe()
    }
  }

  async #confirm(row: HeldRow): Promise<void> {
    const together = this.#book
      .holdings('all')
      .reduce((sum, each) => sum + (each.state === 'ended' ? 0 : each.parts), 0)
    const tooLarge = row.parts > (this.#options.mostParts ?? PARTS_OF_5_GIB)
    if (tooLarge || together > (this.#options.mostPartsTogether ?? PARTS_OF_1_TIB)) {
      return this.#submit(dutyId('decline', row.id), 'decline', { h: row.id })
    }
    if ((await this.#store.received(row)) < row.parts) return
    await this.#submit(dutyId('confirm', row.id), 'confirm', { h: row.id, r: row.root })
  }

  async #answer(row: HeldRow): Promise<void> {
    const challenge = row.challenge!
    if (row.step === 'ready') {
      // From a secret and not from chance: trying again is the same entry.
      const half = hmac('sha256', this.#options.boxKey, concat(utf8('custody half'), challenge)).slice(0, 16)
      return this.#submit(dutyId('ready', challenge), 'ready', { h: row.id, v: half })
    }
    if (this.#sent.has(toHex(dutyId('answer', challenge)))) return
    const { seed, numbered } = await this.#drawnOf(row)
    const answer = answerDigest(
      seed,
      numbered.map(({ part }) => part),
    )
    await this.#submit(dutyId('answer', challenge), 'answer', { h: row.id, d: answer })
  }

  async #drawnOf(row: HeldRow): Promise<{ seed: Bytes; numbered: { index: number; part: Bytes }[] }> {
    const seed = drawSeed(row.id, row.half!, row.readyEntry!)
    const reader = await this.#store.reader(row)
    try {
      const numbered: { index: number; part: Bytes }[] = []
      for (const index of drawnParts(seed, row.parts)) numbered.push({ index, part: await reader.part(index) })
      return { seed, numbered }
    } finally {
      await reader.close()
    }
  }

  async #give(wish: WishRow): Promise<void> {
    const row = this.#book.holding(wish.holding)
    if (row === null || row.state === 'ended' || this.#sent.has(toHex(dutyId('give', wish.id)))) return
    let sealed = wish
    if (wish.header === null) {
      const { header, key } = await newSealing(wish.box, concat(utf8('given\0'), wish.id))
      this.#book.keepSealing(wish.id, header, key)
      sealed = { ...wish, header, key }
    }
    const give = await this.#resealing(row, sealed)
    const tree = new PartTree()
    try {
      for (let index = 0; index < give.parts; index++) tree.append(await give.part(index))
    } finally {
      await give.close()
    }
    const args = { h: row.id, w: wish.id, r: tree.root(), z: give.parts }
    await this.#submit(dutyId('give', wish.id), 'give', args)
  }

  /** The file sealed anew to whoever wished for it: any part is made when it is asked for. */
  async #resealing(row: HeldRow, wish: WishRow) {
    const reader = await this.#store.reader(row)
    const context = concat(utf8('custody\0'), row.id)
    const inner = await partCipher(await readSealing(await reader.part(0), this.#options.boxKey, context))
    const sealing: Sealing = { header: wish.header!, key: wish.key! }
    const outer = await partCipher(sealing)
    const { parts } = sealedSize(plainSize(reader.bytes))
    return {
      parts,
      part: async (index: number): Promise<Bytes> => {
        if (index === 0) return sealing.header
        const last = index === parts - 1
        return outer.seal(index, await inner.open(index, await reader.part(index), last), last)
      },
      close: () => reader.close(),
    }
  }

  async #destroy(row: HeldRow): Promise<void> {
    await this.#submit(dutyId('destroy', row.id), 'destroy', { h: row.id })
  }

  async #submit(id: Bytes, method: string, args: LedgerItem['arguments']): Promise<void> {
    if (this.#sent.has(toHex(id))) return
    const [standing] = await this.#options.ledger.submit([{ id, contract: 'custody', method, arguments: args }])
    this.#sent.add(toHex(id))
    if (standing?.kind === 'refused') {
      throw new Failure('custody-refused', `the ledger refuses ${method}: ${standing.refusal.detail}`)
    }
  }
}
