/**
 * The HTTP interface as data: a table of routes with their schemas, shared by the server, the web and clients.
 * Every input is checked against its schema before anything happens. Errors are RFC 9457 problems with a stable code.
 */

export {
  administrationRoutes,
  apiKeySchema,
  auditEventSchema,
  keyCertificateSchema,
  officerSchema,
  roleSchema,
  type UserView,
  unitSchema,
  userSchema,
} from './administration.ts'
export type { BrandLogoView } from './brand-logo.ts'
export {
  type CaptureEventView,
  type CaptureJobView,
  type CaptureRequestBody,
  captureEventSchema,
  captureJobSchema,
  captureRequestSchema,
  captureStateSchema,
  captureStepSchema,
  type LiveInput,
  liveInputSchema,
} from './capture.ts'
export {
  type CaptureRuleView,
  type FieldHealthView,
  type RuleContentView,
  type RuleFieldName,
  type RuleWayView,
  ruleFieldSchema,
} from './capture-rule.ts'
export { type OtherChainView, otherChainSchema, otherChainsSchema } from './chains.ts'
export {
  type AnswerOf,
  addressOf,
  type BodyOf,
  type CallOptions,
  type Client,
  createClient,
  type ParamsOf,
  ProblemError,
  type QueryOf,
  REQUEST_HEADER,
  type RouteName,
} from './client.ts'
export { type CustodyHolding, custodyHoldingSchema, custodyQuerySchema, custodyStateSchema } from './custody.ts'
export {
  comparisonSchema,
  type EditionRequest,
  type EvidenceDetail,
  type EvidenceQuery,
  type EvidenceRow,
  editionKindSchema,
  editionRequestSchema,
  editionSchema,
  evidenceDetailSchema,
  evidenceFileSchema,
  evidenceQuerySchema,
  evidenceRowSchema,
  evidenceStateSchema,
  reportSchema,
  savedViewSchema,
  timelineEventSchema,
} from './evidence.ts'
export { type GovernanceView, governanceSchema, type PolicyView, type ProposalView } from './governance.ts'
export {
  dismissalSchema,
  factsSchema,
  type LeadDetail,
  type LeadQuery,
  type LeadView,
  leadDetailSchema,
  leadQuerySchema,
  leadSchema,
  leadStateSchema,
} from './lead.ts'
export {
  type Instance,
  instanceSchema,
  type LedgerBlock,
  type LedgerEntryView,
  type LedgerMembers,
  type LedgerStatus,
  ledgerEntrySchema,
  ledgerMembersSchema,
  ledgerStatusSchema,
  type MemberHoldingsView,
  memberHoldingsSchema,
  receiptSchema,
} from './ledger.ts'
export { type ModelPageView, modelPageSchema } from './model-page.ts'
export { type PreservationView, preservationItemSchema, preservationSchema, webhookSchema } from './preservation.ts'
export {
  type NodeReadingView,
  type PipelineView,
  type PlantCertificateView,
  type PlantResultView,
  type ProbeScoreView,
  type ProbeShareView,
  type ProbeView,
  plantOutcomeSchema,
  probePlanSchema,
} from './probe.ts'
export {
  type RegisterEntryView,
  type RegisterFieldView,
  type RegisterImportView,
  type RegisterKindName,
  type RegisterView,
  type RowProblemView,
  registerKindSchema,
} from './register.ts'
export { type Access, type Answer, accessSchema, type Problem, problemSchema, type Route } from './route.ts'
export { routes } from './routes.ts'
export { type Me, meSchema, type SignInAnswer, signInAnswerSchema } from './session.ts'
export type {
  KeywordGroupView,
  ParameterView,
  PreviewExampleView,
  SettingPreviewView,
  SettingsView,
  SettingVersionView,
} from './setting.ts'
export type { OpinionView, SubmissionProblemView, SubmissionView } from './submission.ts'
export {
  type Bilingual,
  bilingualSchema,
  countSchema,
  numberSchema,
  personSchema,
  type StandingView,
  standingSchema,
} from './values.ts'
export { type ModelView, modelSchema, trialSchema, type WatchDeskView, watchDeskSchema } from './watch-desk.ts'
export {
  type FetchView,
  factFieldSchema,
  type PlatformView,
  platformSchema,
  type TaskDetail,
  type TaskEventView,
  type TaskView,
  taskDetailSchema,
  taskSchema,
  type WatchSpecBody,
  type WatchSpecView,
  watchSpecSchema,
} from './watch-task.ts'
export {
  type BehaviourName,
  behaviourSchema,
  type CountsView,
  countsSchema,
  type FindingView,
  findingSchema,
  outcomeSchema,
} from './watch-values.ts'
