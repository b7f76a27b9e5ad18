/** The map of the workbench: every address, who may see it, and which page it opens. */
import {
  behaviourSchema,
  custodyStateSchema,
  evidenceQuerySchema,
  leadQuerySchema,
  numberSchema,
  registerKindSchema,
} from '@mingzheng/api'
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { z } from 'zod'
import { meQuery } from '../data/me.ts'
import { AppFrame } from '../frame/app-frame.tsx'
import { NotFoundPage } from '../frame/not-found-page.tsx'
import { RouteProblem } from '../frame/route-problem.tsx'
import { parseSearch, stringifySearch } from './search-text.ts'

/** Something that is shown or not: the address bar holds `true` as a word. */
const shown = z.union([z.boolean(), z.stringbool()]).optional().catch(undefined)

interface RouterContext {
  queries: QueryClient
}

const root = createRootRouteWithContext<RouterContext>()({ notFoundComponent: NotFoundPage })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({ next: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../sign-in/sign-in-page.tsx'), 'SignInPage'),
})

/** Pages inside the frame; those of `open` need nobody signed in. */
const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  component: AppFrame,
  errorComponent: RouteProblem,
  beforeLoad: async ({ context }) => ({ me: await context.queries.ensureQueryData(meQuery) }),
})

const inside = createRoute({
  getParentRoute: () => frame,
  id: 'inside',
  errorComponent: RouteProblem,
  notFoundComponent: NotFoundPage,
  beforeLoad: ({ context, location }) => {
    if (context.me === null) throw redirect({ to: '/sign-in', search: { next: location.href } })
    // Until the duties of an account are done, the server opens nothing else to it.
    if (context.me.duties.length > 0 && location.pathname !== '/account') throw redirect({ to: '/account' })
  },
})

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/desk', replace: true })
  },
})
const desk = createRoute({
  getParentRoute: () => inside,
  path: '/desk',
  component: lazyRouteComponent(() => import('../desk/desk-page.tsx'), 'DeskPage'),
})
const newCapture = createRoute({
  getParentRoute: () => inside,
  path: '/capture',
  validateSearch: z.object({
    urls: z.string().optional().catch(undefined),
    recaptureOf: numberSchema.optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../capture/new-capture-page.tsx'), 'NewCapturePage'),
})
const captureView = createRoute({
  getParentRoute: () => inside,
  path: '/capture/$id',
  component: lazyRouteComponent(() => import('../capture/capture-page.tsx'), 'CapturePage'),
})
const batch = createRoute({
  getParentRoute: () => inside,
  path: '/captures',
  validateSearch: z.object({ batch: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../capture/captures-page.tsx'), 'CapturesPage'),
})
const live = createRoute({
  getParentRoute: () => inside,
  path: '/live/$id',
  validateSearch: z.object({ url: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../capture/live-page.tsx'), 'LivePage'),
})
const evidence = createRoute({
  getParentRoute: () => inside,
  path: '/evidence',
  validateSearch: evidenceQuerySchema.omit({ limit: true, after: true, before: true }).partial().catch({}),
  component: lazyRouteComponent(() => import('../evidence/evidence-page.tsx'), 'EvidencePage'),
})
const comparison = createRoute({
  getParentRoute: () => inside,
  path: '/evidence/compare',
  validateSearch: z.object({ left: z.string().catch(''), right: z.string().catch('') }),
  component: lazyRouteComponent(() => import('../comparison/comparison-page.tsx'), 'ComparisonPage'),
})
const evidenceDetail = createRoute({
  getParentRoute: () => inside,
  path: '/evidence/$number',
  validateSearch: z.object({
    view: z.enum(['picture', 'replay', 'text', 'record', 'certificate']).optional().catch(undefined),
    page: z.coerce.number().int().min(1).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../evidence-detail/evidence-detail-page.tsx'), 'EvidenceDetailPage'),
})
const custody = createRoute({
  getParentRoute: () => inside,
  path: '/custody',
  validateSearch: z.object({
    state: custodyStateSchema.optional().catch(undefined),
    custodian: z.string().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../custody/custody-page.tsx'), 'CustodyPage'),
})
const watch = createRoute({
  getParentRoute: () => inside,
  path: '/watch',
  validateSearch: z.object({ wall: shown }),
  component: lazyRouteComponent(() => import('../watch/watch-page.tsx'), 'WatchPage'),
})
const tasks = createRoute({
  getParentRoute: () => inside,
  path: '/tasks',
  component: lazyRouteComponent(() => import('../watch/tasks-page.tsx'), 'TasksPage'),
})
const newTask = createRoute({
  getParentRoute: () => inside,
  path: '/tasks/new',
  component: lazyRouteComponent(() => import('../watch/task-form-page.tsx'), 'NewTaskPage'),
})
const task = createRoute({
  getParentRoute: () => inside,
  path: '/tasks/$id',
  component: lazyRouteComponent(() => import('../watch/task-page.tsx'), 'TaskPage'),
})
const changeTask = createRoute({
  getParentRoute: () => inside,
  path: '/tasks/$id/change',
  component: lazyRouteComponent(() => import('../watch/task-form-page.tsx'), 'ChangeTaskPage'),
})
const leads = createRoute({
  getParentRoute: () => inside,
  path: '/leads',
  validateSearch: leadQuerySchema
    .pick({ q: true, state: true, behaviour: true, platform: true, region: true })
    .partial()
    .catch({}),
  component: lazyRouteComponent(() => import('../leads/leads-page.tsx'), 'LeadsPage'),
})
const lead = createRoute({
  getParentRoute: () => inside,
  path: '/leads/$id',
  component: lazyRouteComponent(() => import('../leads/lead-page.tsx'), 'LeadPage'),
})
const models = createRoute({
  getParentRoute: () => inside,
  path: '/models',
  component: lazyRouteComponent(() => import('../watch/models-page.tsx'), 'ModelsPage'),
})
const model = createRoute({
  getParentRoute: () => inside,
  path: '/models/$behaviour',
  params: {
    parse: ({ behaviour }) => ({ behaviour: behaviourSchema.parse(behaviour) }),
    stringify: (params) => params,
  },
  component: lazyRouteComponent(() => import('../models/model-page.tsx'), 'ModelPage'),
})
const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('../settings/settings-page.tsx'), 'SettingsPage'),
})
const editSettings = createRoute({
  getParentRoute: () => inside,
  path: '/settings/edit',
  /** `behaviour`: whose parameters are shown first; `lead`: a value of its threshold that is tried. */
  validateSearch: z.object({
    behaviour: behaviourSchema.optional().catch(undefined),
    lead: z.coerce.number().min(0).max(1).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../settings/edit-page.tsx'), 'EditPage'),
})
const settingVersion = createRoute({
  getParentRoute: () => inside,
  path: '/settings/$version',
  component: lazyRouteComponent(() => import('../settings/version-page.tsx'), 'VersionPage'),
})
const registers = createRoute({
  getParentRoute: () => inside,
  path: '/registers',
  component: lazyRouteComponent(() => import('../registers/registers-page.tsx'), 'RegistersPage'),
})
const register = createRoute({
  getParentRoute: () => inside,
  path: '/registers/$kind',
  params: { parse: ({ kind }) => ({ kind: registerKindSchema.parse(kind) }), stringify: (params) => params },
  validateSearch: z.object({ q: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../registers/register-page.tsx'), 'RegisterPage'),
})
const registerImport = createRoute({
  getParentRoute: () => inside,
  path: '/registers/$kind/import',
  params: { parse: ({ kind }) => ({ kind: registerKindSchema.parse(kind) }), stringify: (params) => params },
  validateSearch: z.object({ id: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../registers/import-page.tsx'), 'ImportPage'),
})
const probes = createRoute({
  getParentRoute: () => inside,
  path: '/probes',
  validateSearch: z.object({ probe: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../probes/probes-page.tsx'), 'ProbesPage'),
})
const rules = createRoute({
  getParentRoute: () => inside,
  path: '/rules',
  component: lazyRouteComponent(() => import('../rules/rules-page.tsx'), 'RulesPage'),
})
const rule = createRoute({
  getParentRoute: () => inside,
  path: '/rules/$id',
  component: lazyRouteComponent(() => import('../rules/rule-page.tsx'), 'RulePage'),
})
const submissions = createRoute({
  getParentRoute: () => inside,
  path: '/submissions',
  component: lazyRouteComponent(() => import('../submissions/submissions-page.tsx'), 'SubmissionsPage'),
})
const submission = createRoute({
  getParentRoute: () => inside,
  path: '/submissions/$id',
  component: lazyRouteComponent(() => import('../submissions/submission-page.tsx'), 'SubmissionPage'),
})
const opinions = createRoute({
  getParentRoute: () => inside,
  path: '/opinions',
  validateSearch: z.object({
    topic: behaviourSchema.optional().catch(undefined),
    source: z.enum(['complaint', 'news', 'forum', 'review']).optional().catch(undefined),
    platform: z.string().optional().catch(undefined),
    shop: z.string().optional().catch(undefined),
    q: z.string().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../submissions/opinions-page.tsx'), 'OpinionsPage'),
})
const organisation = createRoute({
  getParentRoute: () => inside,
  path: '/organisation',
  component: lazyRouteComponent(() => import('../organisation/organisation-page.tsx'), 'OrganisationPage'),
})
const people = createRoute({
  getParentRoute: () => inside,
  path: '/people',
  validateSearch: z.object({ q: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../people/people-page.tsx'), 'PeoplePage'),
})
const keys = createRoute({
  getParentRoute: () => inside,
  path: '/keys',
  component: lazyRouteComponent(() => import('../keys/keys-page.tsx'), 'KeysPage'),
})
const apiKeys = createRoute({
  getParentRoute: () => inside,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('../keys/api-keys-page.tsx'), 'ApiKeysPage'),
})
const audit = createRoute({
  getParentRoute: () => inside,
  path: '/audit',
  validateSearch: z.object({
    q: z.string().optional().catch(undefined),
    action: z.string().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../audit/audit-page.tsx'), 'AuditPage'),
})
const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  component: lazyRouteComponent(() => import('../account/account-page.tsx'), 'AccountPage'),
})
const ledger = createRoute({
  getParentRoute: () => frame,
  path: '/ledger',
  validateSearch: z.object({
    before: z.coerce.number().int().min(0).optional().catch(undefined),
    find: z.string().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../ledger/ledger-page.tsx'), 'LedgerPage'),
})
const ledgerMembers = createRoute({
  getParentRoute: () => frame,
  path: '/ledger/members',
  validateSearch: z.object({
    size: z.coerce.number().int().min(0).optional().catch(undefined),
    block: z.coerce.number().int().min(1).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../ledger/members-page.tsx'), 'MembersPage'),
})
const ledgerGovernance = createRoute({
  getParentRoute: () => frame,
  path: '/ledger/governance',
  component: lazyRouteComponent(() => import('../ledger/governance-page.tsx'), 'GovernancePage'),
})
const ledgerEntry = createRoute({
  getParentRoute: () => frame,
  path: '/ledger/$index',
  /**
   * `at`: the ledger time that the entry must have, when it is known; another ledger's indices are not this one's. `number`: of the
   * certificate that it belongs to.
   */
  validateSearch: z.object({
    at: z.string().optional().catch(undefined),
    number: numberSchema.optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../ledger/entry-page.tsx'), 'EntryPage'),
})

const tree = root.addChildren([
  signIn,
  frame.addChildren([
    ledger,
    ledgerMembers,
    ledgerGovernance,
    ledgerEntry,
    inside.addChildren([
      home,
      desk,
      newCapture,
      captureView,
      batch,
      live,
      evidence,
      comparison,
      evidenceDetail,
      custody,
      watch,
      tasks,
      newTask,
      task,
      changeTask,
      leads,
      lead,
      models,
      probes,
      model,
      settings,
      editSettings,
      settingVersion,
      registers,
      register,
      registerImport,
      rules,
      rule,
      submissions,
      submission,
      opinions,
      organisation,
      people,
      keys,
      apiKeys,
      audit,
      account,
    ]),
  ]),
])

export function createAppRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
  })
}
