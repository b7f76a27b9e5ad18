/** A second, reading connection to a member's state: sees one settlement, whatever is settled meanwhile. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Bytes } from '@mingzheng/kernel'
import { named } from './ledger-files.ts'

export class StateReader {
  readonly #path: string
  readonly #database: DatabaseSync

  private constructor(path: string, database: DatabaseSync) {
    this.#path = path
    this.#database = database
  }

  static open(folder: string): StateReader {
    const path = join(folder, 'state.sqlite')
    return named(path, () => {
      const database = new DatabaseSync(path, { readOnly: true })
      database.exec('BEGIN')
      return new StateReader(path, database)
    })
  }

  /** The stored position, undecoded. Reading it fixes the moment that this reader sees. */
  position(): Bytes {
    const row = named(this.#path, () => this.#database.prepare("SELECT value FROM meta WHERE name = 'position'").get())
    return new Uint8Array(row?.value as Uint8Array)
  }

  /** Every key and value, in the order of keys. */
  *pairs(): Generator<readonly [key: string, value: Bytes]> {
    const rows = this.#database.prepare('SELECT key, value FROM state ORDER BY key').iterate()
    for (const row of rows) yield [row.key as string, row.value as Bytes]
  }

  close(): void {
    this.#database.close()
  }
}
