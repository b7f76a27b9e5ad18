/** For tests: watches a database's tasks until it is killed. Arguments: database address, folder of the blobs or the address of their store, name. */
import { systemClock } from '@mingzheng/kernel'
import { openBlobs, openDatabase } from '@mingzheng/storage'
import { listingModels } from '../recognition/models.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { openGuardedAgent } from '../source/guarded-agent.ts'
import { startWatcher } from '../watch/watcher.ts'

const [url = '', place = '', machine = 'killed'] = process.argv.slice(2)
const outside = place.startsWith('s3:')
const database = await openDatabase<MonitoringTables>({ source: { url }, poolSize: 4 })
await startWatcher({
  db: database.system,
  blobs: await openBlobs({ url: outside ? place : null, folder: outside ? '' : place, clock: systemClock }),
  clock: systemClock,
  elapsed: () => performance.now(),
  guard: openGuardedAgent({ allow: (host) => host === '127.0.0.1' }),
  models: listingModels,
  province: '330000',
  machine,
  about: 'http://127.0.0.1/monitoring',
  lanes: 2,
  batch: 8,
  onError: (error) => process.stderr.write(`${String(error)}\n`),
})
process.stdout.write('ready\n')
