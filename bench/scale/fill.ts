/** Fills a store in a process of its own, whose memory is nobody's. Arguments: address of the database, what to fill as JSON. */
import type { MonitoringTables } from '@mingzheng/monitoring'
import { openDatabase } from '@mingzheng/storage'
import { type Filling, fillStore } from './fill-store.ts'

const [url = '', filling = ''] = process.argv.slice(2)
const database = await openDatabase<MonitoringTables>({ source: { url }, poolSize: 2 })
await fillStore(database.system, JSON.parse(filling) as Filling)
await database.close()
