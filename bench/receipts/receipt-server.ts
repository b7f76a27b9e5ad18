/** A node's receipts in a process of their own: opens the log that the bench made, as a node that starts does, and serves them over HTTP. */
import { createApp } from '../../apps/node/src/http/app.ts'
import { registerReceipts } from '../../apps/node/src/http/receipt-route.ts'
import type { LogState } from '../../packages/ledger/src/log/log.ts'
import { makeReceipt, type WitnessedCheckpoint } from '../../packages/ledger/src/log/prove.ts'
import { openDiskFiles } from '../../packages/ledger/src/storage/ledger-files.ts'
import { openLog } from './long-log.ts'

/** What the bench sends first. */
export interface ServerOrder {
  readonly folder: string
  readonly state: LogState
  readonly checkpoint: WitnessedCheckpoint
}

process.on('disconnect', () => process.exit(0))
process.once('message', async ({ folder, state, checkpoint }: ServerOrder) => {
  const log = openLog(folder, state, openDiskFiles())
  const app = createApp()
  registerReceipts(app, (index) => makeReceipt(log, index, checkpoint))
  process.send?.({ url: await app.listen({ host: '127.0.0.1', port: 0 }) })
})
