/**
 * Reads and judges what is in files, for the command line: `main.ts extract URL FILE...`, an empty URL for none. One JSON line a
 * file; needs no database and no ledger. Exit code 1 when a file could not be read.
 */
import { readFile } from 'node:fs/promises'
import { extractPage } from '@mingzheng/monitoring'

/** A page beyond this is no shop page; it is named and the rest goes on. */
const LARGEST_PAGE = 64 << 20

async function extract(url: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    try {
      const bytes = await readFile(file)
      if (bytes.length > LARGEST_PAGE) throw new RangeError(`the file has more than ${LARGEST_PAGE} bytes`)
      await say({ file, ...extractPage({ bytes, url: url === '' ? null : url }) })
    } catch (error) {
      process.exitCode = 1
      await say({ file, error: { code: 'file-unreadable', detail: (error as Error).message } })
    }
  }
}

/** Waits for a reader that is slower than we are. */
function say(line: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${JSON.stringify(line)}\n`, (error) => (error ? reject(error) : resolve()))
  })
}

const [order, ...rest] = process.argv.slice(2)
if (order === 'extract') await extract(rest[0] ?? '', rest.slice(1))
else throw new Error(`no such order: ${order}`)
