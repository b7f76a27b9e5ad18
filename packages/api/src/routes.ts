/** All routes in one table, by name. */
import { administrationRoutes } from './administration.ts'
import { captureRoutes } from './capture.ts'
import { consoleRoutes } from './console.ts'
import { evidenceRoutes } from './evidence.ts'
import { ledgerRoutes } from './ledger.ts'
import { preservationRoutes } from './preservation.ts'
import { renewalRoutes } from './renewal.ts'
import { sessionRoutes } from './session.ts'

export const routes = {
  ...sessionRoutes,
  ...captureRoutes,
  ...evidenceRoutes,
  ...renewalRoutes,
  ...ledgerRoutes,
  ...administrationRoutes,
  ...preservationRoutes,
  ...consoleRoutes,
}
