/** For tests: watches a database's tasks until it is killed. Arguments: database address, folder of the blobs. */
import { systemClock } from '@mingzheng/kernel'
import { openBlobs, openDatabase } from '@mingzheng/storage'
import { listingModels } from '../recognition/models.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { openGuardedAgent } from '../source/guarded-agent.ts'
import { startWatcher } from '../watch/watcher.ts'

const [url = '', folder = ''] = process.argv.slice(2)
const database = await openDatabase<MonitoringTables>({ source: { url }, poolSize: 4 })
await startWatcher({
  db: database.system,
  blobs: await openBlobs({ url: null, folder, clock: systemClock }),
  clock: systemClock,
  elapsed: () => performance.now(),
  guard: openGuardedAgent({ allow: (host) => host === '127.0.0.1' }),
  models: listingModels,
  province: '330000',
  machine: 'killed',
  about: 'http://127.0.0.1/monitoring',
  lanes: 2,
  batch: 8,
  onError: (error) => process.stderr.write(`${String(error)}\n`),
})
process.stdout.write('ready\n')
