/**
 * The part of backup and restore that needs database and bucket; run by the command line: `main.ts ORDER FOLDER`. Says what came of
 * it in one JSON line.
 */
import { Failure, systemClock } from '@mingzheng/kernel'
import { type Outside, putOutside, takeBlobs, takeDatabase } from './outside.ts'
import { verifyHeld } from './verify-held.ts'

const ORDERS: Record<string, (outside: Outside, folder: string) => Promise<unknown>> = {
  'take-blobs': takeBlobs,
  'take-database': takeDatabase,
  'put-outside': putOutside,
  'verify-held': verifyHeld,
}

const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`)
const named = (value: string | undefined) => (value === undefined || value === '' ? null : value)

const [order = '', folder = ''] = process.argv.slice(2)
const { DATABASE_URL, BLOBS_URL } = process.env
const outside = { databaseUrl: named(DATABASE_URL), blobsUrl: named(BLOBS_URL), clock: systemClock }
try {
  const act = ORDERS[order]
  if (act === undefined) throw new Error(`no such order: ${order}`)
  say({ done: true, answer: (await act(outside, folder)) ?? null })
} catch (error) {
  const { code, field, remedy } =
    error instanceof Failure ? error : { code: 'internal', field: undefined, remedy: undefined }
  say({ done: false, code, message: error instanceof Error ? error.message : String(error), field, remedy })
  process.exitCode = 1
}
