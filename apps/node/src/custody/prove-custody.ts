/** Proof that a custodian's files are what the ledger says that it holds: each is read and hashed part by part. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { equalBytes, Failure, toHex } from '@mingzheng/kernel'
import { PartTree } from '@mingzheng/proof'
import { CustodianBook } from './custodian-book.ts'
import { CustodianStore } from './custodian-store.ts'

/** Files that are there and right. Throws `custody-lost`, `sealed-broken`. */
export async function provenCustody(folder: string): Promise<number> {
  const file = join(folder, 'book.sqlite')
  if (!existsSync(file)) return 0
  const store = await CustodianStore.open(folder)
  const book = new CustodianBook(file, new Uint8Array())
  try {
    const held = [...book.holdings('held'), ...book.holdings('released')]
    for (const row of held) {
      const reader = await store.reader(row)
      try {
        const tree = new PartTree()
        for (let index = 0; index < row.parts; index++) tree.append(await reader.part(index))
        if (!equalBytes(tree.root(), row.root)) {
          throw new Failure('sealed-broken', `the file ${toHex(row.root)} is not the one that is held`)
        }
      } finally {
        await reader.close()
      }
    }
    return held.length
  } finally {
    book.close()
  }
}
