/**
 * Reads and judges what is in files, for the command line; needs no database and no ledger. `main.ts extract URL FILE...` (an empty
 * URL for none) says one JSON line a file, `main.ts examine FILE` one for each of its lines, `main.ts recompute STATEMENT SNAPSHOT [LINES]` (an
 * empty name for none) one with its checks. Exit code 1 when something could not be read, or is not the same again.
 */
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { chinaText, systemClock } from '@mingzheng/kernel'
import {
  checkProbeCertificate,
  examine,
  extractPage,
  listingModels,
  panelModels,
  recompute,
} from '@mingzheng/monitoring'

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

async function examineFile(file: string): Promise<void> {
  const lines = () => createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })
  const date = chinaText(systemClock.now()).slice(0, 10)
  try {
    for await (const answer of examine({ lines, listingModels, panelModels, date })) {
      if ('error' in answer) process.exitCode = 1
      await say(answer)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    process.exitCode = 1
    await say({ file, error: { code: 'file-unreadable', detail: (error as Error).message } })
  }
}

async function recomputeFile(file: string, snapshot: string, linesFile: string): Promise<void> {
  try {
    const body = snapshot === '' ? null : new Uint8Array(await readFile(snapshot))
    const text = await readFile(file, 'utf8')
    const lines = linesFile === '' ? null : new Uint8Array(await readFile(linesFile))
    const panels = { models: panelModels, lines }
    const answer = checkProbeCertificate(text) ?? recompute(text, body, listingModels, panels)
    if (!answer.same) process.exitCode = 1
    await say(answer)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    process.exitCode = 1
    await say({ file, error: { code: 'file-unreadable', detail: (error as Error).message } })
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
else if (order === 'examine') await examineFile(rest[0] ?? '')
else if (order === 'recompute') await recomputeFile(rest[0] ?? '', rest[1] ?? '', rest[2] ?? '')
else throw new Error(`no such order: ${order}`)
