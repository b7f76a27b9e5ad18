/** What a node must not lose and cannot rebuild: contract state, and how far it got. One SQLite file, one transaction a settlement. */
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Bytes } from '@mingzheng/kernel'
import { named } from './ledger-files.ts'

/** A refused item, kept so that its sender learns of it after any restart. */
export interface StoredRefusal {
  /** The actor's 16 bytes, then the id's. */
  readonly item: Bytes
  readonly code: string
  readonly detail: string
}

export interface Settlement {
  /** Key to value; `null` removes. */
  readonly changes: Iterable<readonly [key: string, value: Bytes | null]>
  readonly refusals: readonly StoredRefusal[]
  readonly meta: { readonly [name: string]: Bytes }
}

/** Opened exclusively by the process that holds the folder's lock. */
export class StateStore {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #get: StatementSync
  readonly #meta: StatementSync
  readonly #refusal: StatementSync

  private constructor(path: string, database: DatabaseSync) {
    this.#path = path
    this.#database = database
    this.#get = database.prepare('SELECT value FROM state WHERE key = ?')
    this.#meta = database.prepare('SELECT value FROM meta WHERE name = ?')
    this.#refusal = database.prepare('SELECT code, detail FROM refusal WHERE item = ?')
  }

  /** Opens or makes `state.sqlite` in the folder. `synchronous=FULL`: a settlement that returned is durable. */
  static open(folder: string): StateStore {
    const path = join(folder, 'state.sqlite')
    return named(path, () => {
      const database = new DatabaseSync(path)
      database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS refusal (item BLOB PRIMARY KEY, code TEXT NOT NULL, detail TEXT NOT NULL) WITHOUT ROWID;
      `)
      return new StateStore(path, database)
    })
  }

  value(key: string): Bytes | undefined {
    return named(this.#path, () => this.#get.get(key)?.value as Bytes | undefined)
  }

  /** Keys that begin so, in order. Their characters are of the basic plane. */
  keys(prefix: string): string[] {
    const keys = this.#database.prepare('SELECT key FROM state WHERE key >= ? AND key < ? ORDER BY key')
    return named(this.#path, () => keys.all(prefix, `${prefix}\uffff`).map(({ key }) => key as string))
  }

  meta(name: string): Bytes | undefined {
    return named(this.#path, () => this.#meta.get(name)?.value as Bytes | undefined)
  }

  refusal(item: Bytes): StoredRefusal | null {
    const row = named(this.#path, () => this.#refusal.get(item))
    return row === undefined ? null : { item, code: row.code as string, detail: row.detail as string }
  }

  /** Every key and value, in the order of keys: for snapshots and audits. */
  *all(): Generator<readonly [key: string, value: Bytes]> {
    const rows = this.#database.prepare('SELECT key, value FROM state ORDER BY key').iterate()
    for (const row of rows) yield [row.key as string, row.value as Bytes]
  }

  /** All of it or nothing, durable on return. After a failure it is unknown which: settle the same or more again. */
  settle({ changes, refusals, meta }: Settlement): void {
    named(this.#path, () => {
      const put = this.#database.prepare('INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)')
      const drop = this.#database.prepare('DELETE FROM state WHERE key = ?')
      const refuse = this.#database.prepare('INSERT OR REPLACE INTO refusal (item, code, detail) VALUES (?, ?, ?)')
      const remember = this.#database.prepare('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)')
      this.#database.exec('BEGIN IMMEDIATE')
      try {
        for (const [key, value] of changes) {
          if (value === null) drop.run(key)
          else put.run(key, value)
        }
        for (const { item, code, detail } of refusals) refuse.run(item, code, detail)
        for (const [name, value] of Object.entries(meta)) remember.run(name, value)
        this.#database.exec('COMMIT')
      } catch (error) {
        // After some faults SQLite has rolled back by itself.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
        throw error
      }
    })
  }

  close(): void {
    this.#database.close()
  }
}
