/** All routes in one table, by name. */
import { administrationRoutes } from './administration.ts'
import { brandLogoRoutes } from './brand-logo.ts'
import { captureRoutes } from './capture.ts'
import { captureRuleRoutes } from './capture-rule.ts'
import { chainRoutes } from './chains.ts'
import { consoleRoutes } from './console.ts'
import { custodyRoutes } from './custody.ts'
import { evidenceRoutes } from './evidence.ts'
import { governanceRoutes } from './governance.ts'
import { leadRoutes } from './lead.ts'
import { ledgerRoutes } from './ledger.ts'
import { modelPageRoutes } from './model-page.ts'
import { preservationRoutes } from './preservation.ts'
import { probeRoutes } from './probe.ts'
import { registerRoutes } from './register.ts'
import { renewalRoutes } from './renewal.ts'
import { sessionRoutes } from './session.ts'
import { settingRoutes } from './setting.ts'
import { submissionRoutes } from './submission.ts'
import { unfixedRoutes } from './unfixed.ts'
import { watchDeskRoutes } from './watch-desk.ts'
import { watchTaskRoutes } from './watch-task.ts'

export const routes = {
  ...sessionRoutes,
  ...captureRoutes,
  ...unfixedRoutes,
  ...evidenceRoutes,
  ...custodyRoutes,
  ...renewalRoutes,
  ...ledgerRoutes,
  ...governanceRoutes,
  ...chainRoutes,
  ...administrationRoutes,
  ...preservationRoutes,
  ...consoleRoutes,
  ...watchTaskRoutes,
  ...leadRoutes,
  ...watchDeskRoutes,
  ...probeRoutes,
  ...registerRoutes,
  ...brandLogoRoutes,
  ...settingRoutes,
  ...submissionRoutes,
  ...captureRuleRoutes,
  ...modelPageRoutes,
}
