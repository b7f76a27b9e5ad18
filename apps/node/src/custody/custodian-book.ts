/**
 * What a custodian's node knows of its holdings: read from the log, entry by entry, and stored with the place up to which it
 * was read, so that a crash anywhere reads nothing twice and misses nothing. The log is the truth; the book can be made anew.
 */
import { DatabaseSync } from 'node:sqlite'
import type { CustodyEvent } from '@mingzheng/evidence/contract'
import { type Bytes, equalBytes } from '@mingzheng/kernel'
import type { SealedFile } from './custodian-store.ts'

export type HeldState = 'offered' | 'held' | 'released' | 'ended'

/** One holding at this custodian. */
export interface HeldRow extends SealedFile {
  readonly id: Bytes
  readonly owner: Bytes
  readonly number: Bytes
  readonly edition: number
  readonly state: HeldState
  readonly retainUntil: number
  readonly holds: number
  /** The step that the present challenge waits for; `null` without one. */
  readonly step: 'ready' | 'draw' | 'answer' | 'judge' | null
  readonly challenge: Bytes | null
  /** The custodian's entry `custody.ready`, and the challenger's half, once they are there. */
  readonly readyEntry: Bytes | null
  readonly half: Bytes | null
  /** Ledger time of the last challenge that was passed. */
  readonly provedAt: number | null
}

/** Somebody who wants a file back, and whom the ledger lets. */
export interface WishRow {
  readonly id: Bytes
  readonly holding: Bytes
  readonly box: Bytes
  /** How the answer is sealed; made once, so that every try gives the same file. */
  readonly header: Bytes | null
  readonly key: Bytes | null
  readonly given: boolean
}

const SCHEMA = `
  create table if not exists place (one integer primary key check (one = 1), next integer not null) strict;
  insert or ignore into place values (1, 0);
  create table if not exists holding (
    id blob primary key, owner blob not null, root blob not null, parts integer not null, number blob not null,
    edition integer not null, state text not null, retain_until integer not null, holds integer not null default 0,
    step text, challenge blob, ready_entry blob, half blob, proved_at integer
  ) strict;
  create table if not exists wish (
    id blob primary key, holding blob not null, box blob not null, header blob, key blob, given integer not null default 0
  ) strict;
`

type Row = Record<string, unknown>
const optional = (value: unknown): Bytes | null => (value === null ? null : new Uint8Array(value as Uint8Array))

export class CustodianBook {
  readonly #db: DatabaseSync
  readonly #actor: Bytes

  /** Opens (and makes) the book of the custodian whose actor this is. */
  constructor(file: string, actor: Bytes) {
    this.#db = new DatabaseSync(file)
    this.#db.exec(`pragma journal_mode = wal; pragma synchronous = full; ${SCHEMA}`)
    this.#actor = actor
  }

  /** Index of the entry to be read next. */
  get next(): number {
    return Number((this.#db.prepare('select next from place').get() as Row).next)
  }

  /** Takes in what stands before `next`; all of it, or nothing. */
  takeIn(events: readonly CustodyEvent[], next: number): void {
    this.#db.exec('begin immediate')
    try {
      for (const event of events) this.#take(event)
      this.#db.prepare('update place set next = ?').run(next)
      this.#db.exec('commit')
    } catch (error) {
      this.#db.exec('rollback')
      throw error
    }
  }

  holding(id: Bytes): HeldRow | null {
    const row = this.#db.prepare('select * from holding where id = ?').get(id) as Row | undefined
    return row === undefined ? null : heldRow(row)
  }

  /** Holdings in a state, or whose challenge waits for this custodian, oldest first. */
  holdings(where: 'offered' | 'held' | 'released' | 'challenged' | 'all'): HeldRow[] {
    const condition = {
      offered: `state = 'offered'`,
      held: `state = 'held'`,
      released: `state = 'released' and holds = 0`,
      challenged: `step in ('ready', 'answer')`,
      all: 'true',
    }[where]
    return (this.#db.prepare(`select * from holding where ${condition} order by rowid`).all() as Row[]).map(heldRow)
  }

  wish(id: Bytes): WishRow | null {
    const row = this.#db.prepare('select * from wish where id = ?').get(id) as Row | undefined
    return row === undefined ? null : wishRow(row)
  }

  openWishes(): WishRow[] {
    return (this.#db.prepare('select * from wish where given = 0 order by rowid').all() as Row[]).map(wishRow)
  }

  /** Keeps how a wish's answer is sealed. */
  keepSealing(wish: Bytes, header: Bytes, key: Bytes): void {
    this.#db.prepare('update wish set header = ?, key = ? where id = ?').run(header, key, wish)
  }

  close(): void {
    this.#db.close()
  }

  #take(event: CustodyEvent): void {
    const { body } = event
    if (event.kind === 'custody.hand') {
      const { h, k, r, z, u, n, e } = event.body
      if (!equalBytes(k, this.#actor)) return
      this.#db
        .prepare(
          `insert or ignore into holding (id, owner, root, parts, number, edition, state, retain_until)
           values (?, ?, ?, ?, ?, ?, 'offered', ?)`,
        )
        .run(h, event.actor, r, z, n, e, u)
      return
    }
    if (!('h' in body) || this.holding(body.h) === null) return
    const set = (changes: string, ...values: (string | number | Bytes | null)[]) =>
      this.#db.prepare(`update holding set ${changes} where id = ?`).run(...values, body.h)
    switch (event.kind) {
      case 'custody.confirm':
        return void set(`state = 'held'`)
      case 'custody.decline':
      case 'custody.lose':
      case 'custody.destroy':
        return void set(`state = 'ended', step = null`)
      case 'custody.challenge':
        return void set(`step = 'ready', challenge = ?, ready_entry = null, half = null`, event.id)
      case 'custody.ready':
        return void set(`step = 'draw', ready_entry = ?`, event.entry)
      case 'custody.draw':
        return void set(`step = 'answer', half = ?`, event.body.y)
      case 'custody.answer':
        return void set(`step = 'judge'`)
      case 'custody.judge':
        return void (event.body.y ? set('step = null, proved_at = ?', event.time) : set('step = null'))
      case 'custody.late':
        return void set('step = null')
      case 'custody.ask':
        return void this.#db
          .prepare('insert or ignore into wish (id, holding, box) values (?, ?, ?)')
          .run(event.id, event.body.h, event.body.b)
      case 'custody.give':
        return void this.#db.prepare('update wish set given = 1 where id = ?').run(event.body.w)
      case 'custody.hold':
        return void set('holds = holds + 1')
      case 'custody.lift':
        return void set('holds = holds - 1')
      case 'custody.retain':
        return void set(`retain_until = ?, state = iif(state = 'released', 'held', state)`, event.body.u)
      case 'custody.release':
        return void set(`state = 'released', step = null`)
    }
  }
}

function heldRow(row: Row): HeldRow {
  return {
    id: optional(row.id)!,
    owner: optional(row.owner)!,
    root: optional(row.root)!,
    parts: Number(row.parts),
    number: optional(row.number)!,
    edition: Number(row.edition),
    state: row.state as HeldState,
    retainUntil: Number(row.retain_until),
    holds: Number(row.holds),
    step: row.step as HeldRow['step'],
    challenge: optional(row.challenge),
    readyEntry: optional(row.ready_entry),
    half: optional(row.half),
    provedAt: row.proved_at === null ? null : Number(row.proved_at),
  }
}

function wishRow(row: Row): WishRow {
  return {
    id: optional(row.id)!,
    holding: optional(row.holding)!,
    box: optional(row.box)!,
    header: optional(row.header),
    key: optional(row.key),
    given: row.given === 1,
  }
}
