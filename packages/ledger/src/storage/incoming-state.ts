/** State on its way in, on disk until it is whole: not durable, since an interrupted taking begins again. */
import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Bytes } from '@mingzheng/kernel'
import { named } from './ledger-files.ts'

export class IncomingState {
  readonly #path: string
  readonly #database: DatabaseSync

  private constructor(path: string, database: DatabaseSync) {
    this.#path = path
    this.#database = database
  }

  /** Empty, whatever was there. */
  static begin(path: string): IncomingState {
    return named(path, () => {
      rmSync(path, { force: true })
      const database = new DatabaseSync(path)
      database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF')
      database.exec('CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID')
      return new IncomingState(path, database)
    })
  }

  add(pairs: readonly (readonly [key: string, value: Bytes])[]): void {
    named(this.#path, () => {
      const put = this.#database.prepare('INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)')
      this.#database.exec('BEGIN')
      for (const [key, value] of pairs) put.run(key, value)
      this.#database.exec('COMMIT')
    })
  }

  *pairs(): Generator<readonly [key: string, value: Bytes]> {
    for (const row of this.#database.prepare('SELECT key, value FROM state').iterate()) {
      yield [row.key as string, row.value as Bytes]
    }
  }

  close(): void {
    this.#database.close()
  }

  /** Closes it and removes its file. */
  remove(): void {
    this.close()
    named(this.#path, () => rmSync(this.#path, { force: true }))
  }
}
