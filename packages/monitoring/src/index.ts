/**
 * Monitoring: tasks are watched, pages fetched politely, listings read and judged; what is found is a lead with its explanation, its
 * snapshot and its statement, which are fixed. Refuses closed networks, to take a failed fetch for a violation, and to judge from too
 * little: it then says so. Follows RFC 9309 (robots), RFC 9110 (HTTP), sitemaps.org, RSS, Atom, JSON Feed 1.1, schema.org.
 */

export { monitoringContract } from './contract.ts'
export { refreshHeld } from './desk/sums.ts'
export { type ExtractedPage, extractPage, type PageInput } from './extraction/extract.ts'
export type { Facts } from './fact/facts.ts'
export { type Law, lawOf } from './law/law-of.ts'
export {
  type FindingRow,
  findSnapshot,
  findStatement,
  listFindings,
  listSnapshots,
  type SnapshotRow,
  type StatementRow,
} from './lead/findings.ts'
export {
  actOnLead,
  DISMISSALS,
  findLead,
  type LeadAct,
  type LeadEventRow,
  type LeadRow,
  listLeadEvents,
  listLeads,
  lookAlikes,
} from './lead/leads.ts'
export { MOST_BYTES as LARGEST_PICTURE, pictureType } from './picture/decode-picture.ts'
export { likestLogo, logoShapes, pictureShapes } from './picture/likeness.ts'
export { openPictureReader, type PictureReader } from './picture/picture-reader.ts'
export { type CheckedCertificate, checkProbeCertificate } from './probe/check-certificate.ts'
export {
  answerPlant,
  foreignProbe,
  keepForeignReadings,
  keepPassages,
  plantForeign,
  plantsFor,
  registerForeign,
} from './probe/foreign.ts'
export { type ProbeKeeper, startProbeKeeper } from './probe/keeper.ts'
export type { PlantRow, ProbeRow } from './probe/plant.ts'
export { plantableBehaviours, plantOnDemand } from './probe/plant-case.ts'
export { changeProbe, findProbe, listProbes, ownProbe } from './probe/probes.ts'
export { between, type NodeVersions, type PipelineSample, samplePipeline } from './probe/readings.ts'
export { listPlants, type PlantFilter, type ProbeScore, plantsIn, probeScores, probeShare } from './probe/results.ts'
export { validityOf } from './probe/validity.ts'
export { LONGEST_PATTERN, Matcher, type OnMatch } from './reading/matcher.ts'
export { type NormalisedText, normalise, normalisedPattern } from './reading/normalise.ts'
export { type Hit, type HowRead, Reader, type ReaderOptions } from './reading/read.ts'
export { BEHAVIOURS, type Behaviour } from './recognition/behaviour.ts'
export { type ExaminationInput, type ExaminedLine, examine } from './recognition/examine.ts'
export type { Decision, FieldSpan, Finding, Threshold } from './recognition/finding.ts'
export { type Line, type Listing, type PanelKind, type PanelLine, parseLine } from './recognition/line.ts'
export type { ListingModel, Panel, PanelModel } from './recognition/model.ts'
export { listingModels } from './recognition/models.ts'
export { panelModels } from './recognition/panel-models.ts'
export { monitoringMigrations } from './register/migrations.ts'
export { ensureMonths } from './register/partitions.ts'
export type { ImportState, SettingState } from './register/registry-schema.ts'
export type { HostState, LeadState, MonitoringTables, PlatformEntry } from './register/schema.ts'
export {
  type EntryPage,
  type EntryRow,
  listEntries,
  listRegisters,
  type RegisterRow,
  registerRows,
  setWhole,
} from './registry/entries.ts'
export { SHEET_TYPES, sheetBytes } from './registry/export-sheet.ts'
export {
  addImport,
  findImport,
  type ImportRow,
  listImports,
  mappingProblem,
  type NewImport,
  orderImport,
  orderRollback,
} from './registry/imports.ts'
export { REGISTER_KINDS, REGISTERS, type RegisterKind } from './registry/kinds.ts'
export { addLogo, type BrandLogoRow, endLogo, findLogo, listLogos } from './registry/logos.ts'
export { guessMapping, type Mapping } from './registry/mapping.ts'
export { type Peek, peekSheet } from './registry/peek.ts'
export { readRow } from './registry/read-row.ts'
export { endImport, runImport } from './registry/run-import.ts'
export { seedOf } from './registry/seeds.ts'
export { sweepImports } from './registry/sweep-imports.ts'
export type { RuleReading } from './rule/apply-rule.ts'
export { type OpenedPage, openPage, type StoredPage, storedPages, tryRule, waysTo } from './rule/pages.ts'
export { type CaptureRule, RULE_FIELDS, type RuleContent, type RuleField } from './rule/rule.ts'
export { type FieldHealth, listRuleVersions, ruleHealth, ruleOf, ruleProblem, saveRule } from './rule/rules.ts'
export { shownPage } from './rule/shown-page.ts'
export { boundsOf, modelKey, type SettingsContent } from './settings/content.ts'
export type { PreviewExample, PreviewResult } from './settings/preview-result.ts'
export { endPreview, findPreview, orderPreview, type PreviewRow, runPreview } from './settings/previews.ts'
export { type OrganisationRules, rulesSource } from './settings/rules-of.ts'
export {
  activeSettings,
  decideSettings,
  findVersion,
  listVersions,
  proposeRollback,
  proposeSettings,
  type SettingVersionRow,
  settingsOf,
} from './settings/versions.ts'
export { readBody } from './snapshot/packs.ts'
export { FETCH_LIMITS } from './source/fetch-page.ts'
export { type GuardedAgent, openGuardedAgent } from './source/guarded-agent.ts'
export { OUTCOMES } from './source/outcome.ts'
export { openingOf } from './statement/commit.ts'
export { type Fixer, startFixer } from './statement/fixer.ts'
export { type Recomputation, recompute } from './statement/recompute.ts'
export { picturesOf } from './statement/statement.ts'
export { listOpinions, type OpinionRow, opinionSums } from './submission/opinions.ts'
export { rowJsonSchema } from './submission/row.ts'
export { submissionFormat } from './submission/rows-of.ts'
export { runSubmission } from './submission/run-submission.ts'
export {
  addSubmission,
  endSubmission,
  findSubmission,
  judgeSender,
  listSubmissionProblems,
  listSubmissions,
  type SubmissionProblemRow,
  type SubmissionRow,
} from './submission/submissions.ts'
export { listPlatforms, type PlatformRow, savePlatform } from './task/platforms.ts'
export { FACT_FIELDS, TASK_STATES, type TaskState, type WatchSpec, watchSpecSchema } from './task/spec.ts'
export {
  addTask,
  changeTask,
  findTask,
  listTasks,
  listTaskVersions,
  setTaskState,
  type TaskRow,
  type TaskVersionRow,
} from './task/tasks.ts'
export { COUNT_NAMES, type Counts } from './watch/counts.ts'
export { type PanelParts, runPanels } from './watch/run-panels.ts'
export { type TriedPage, tryAddress, tryPage } from './watch/try-page.ts'
export { startWatcher, type Watcher, type WatcherParts } from './watch/watcher.ts'
