/**
 * One piece of long work in a thread of its own: a sheet that is read, an import, a preview of settings. It reckons without holding up
 * requests, and what is hostile in a file ends the thread and not the server.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { Failure, systemClock } from '@mingzheng/kernel'
import { type MonitoringTables, peekSheet, runImport, runPreview, runSubmission } from '@mingzheng/monitoring'
import { openBlobs, openDatabase } from '@mingzheng/storage'
import { z } from 'zod'

const orderSchema = z.object({
  databaseUrl: z.string(),
  blobsUrl: z.string().nullable(),
  blobsFolder: z.string(),
  province: z.string(),
  work: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('peek'), blob: z.string(), bytes: z.number() }),
    z.object({ kind: z.literal('import'), id: z.string() }),
    z.object({ kind: z.literal('preview'), id: z.string() }),
    z.object({ kind: z.literal('submission'), id: z.string() }),
  ]),
})
export type WorkOrder = z.infer<typeof orderSchema>

async function main(): Promise<void> {
  const { databaseUrl, blobsUrl, blobsFolder, province, work } = orderSchema.parse(workerData)
  const stopping = new AbortController()
  parentPort!.on('message', (reason: string) => stopping.abort(reason))
  const blobs = await openBlobs({ url: blobsUrl, folder: blobsFolder, clock: systemClock })
  const database = await openDatabase<MonitoringTables>({
    source: { url: databaseUrl },
    applicationName: 'mingzheng work',
    poolSize: 2,
  })
  const parts = { db: database.system, blobs, clock: systemClock, signal: stopping.signal }
  try {
    let answer: unknown = null
    if (work.kind === 'peek') answer = await peekSheet(blobs, work.blob, work.bytes)
    else if (work.kind === 'import') await runImport(parts, work.id)
    else if (work.kind === 'preview') await runPreview(parts, work.id)
    else await runSubmission({ ...parts, province }, work.id)
    parentPort!.postMessage({ kind: 'done', answer })
  } catch (error) {
    const { message, code, field, remedy } = error as Failure
    const isNamed = error instanceof Failure
    parentPort!.postMessage({ kind: 'failed', detail: message, ...(isNamed ? { code, field, remedy } : {}) })
  } finally {
    await database.close()
    await blobs.close()
    parentPort!.close()
  }
}

await main()
