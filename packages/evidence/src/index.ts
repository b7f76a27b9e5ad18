/**
 * Evidence: a web page becomes files, files a package that is timestamped, fixed on the ledger and sealed, with its record and
 * certificate; later editions; the preservation of what other systems send. Refuses private networks unless told otherwise,
 * and to drop anything: what is incomplete is kept and says so. Follows WARC 1.1, WACZ 1.1.1, RFC 3161, PAdES, PDF/A-2a.
 */

// Capture: a web page becomes files.
export { checkWacz, type WaczCheck } from './archive/check-wacz.ts'
export { type MaskedArchive, maskArchive } from './archive/masked-archive.ts'
export { type ArchivedExchange, readArchive } from './archive/read-archive.ts'
export type { BrowserChoice } from './browser/browser-choice.ts'
export { type BrowserWish, chooseBrowser } from './browser/choose-browser.ts'
export { capture } from './capture/capture.ts'
export { CAPTURE_STEPS, type CaptureEvent, type CaptureStepName } from './capture/capture-event.ts'
export { CAPTURE_LIMITS, type CaptureLimits, type CaptureRequest } from './capture/capture-request.ts'
export type {
  Anomaly,
  AnomalyCode,
  CapturedNetwork,
  CapturedPage,
  CaptureFile,
  CaptureFileRole,
  CaptureResult,
  CaptureTool,
  ClockReading,
} from './capture/capture-result.ts'
export { firstTimeSource, ntpTimeSource, serviceTimeSource, type TimeSource } from './capture/clock-check.ts'
export type { PictureComparison, TextChange, TextComparison } from './capture/compare.ts'
export { type CaptureComparison, compareApart } from './capture/compare-apart.ts'
export { type AddressProblem, type CheckedAddress, checkAddress } from './capture/guard/check-address.ts'
export { type ClosedNetwork, closedNetwork } from './capture/guard/closed-network.ts'
export { type NameResolver, systemResolver } from './capture/guard/name-resolver.ts'
export type { LiveSession, LiveSessionEvent, LiveSessionInput, LiveSessionRequest } from './capture/live-session.ts'
export { openLiveSession } from './capture/open-live-session.ts'
export { openRenderer, type RenderedPage, type Renderer } from './capture/open-renderer.ts'
export { evidenceContract } from './contract.ts'
// --- custody ---
export {
  type CustodianMember,
  type CustodianNode,
  courtsOf,
  custodianOverHttp,
  custodiansOf,
} from './custody/custodian.ts'
export {
  type CustodyRow,
  countHoldings,
  findHolding,
  type LegalHoldRow,
  liftLegalHold,
  listHoldings,
  listLegalHolds,
  placeLegalHold,
} from './custody/custody-rows.ts'
export { type CustodyOptions, type CustodyService, createCustodyService } from './custody/custody-service.ts'
// --- documents ---
export { createDocumentMaker, type DocumentMaker, type DocumentMakerOptions } from './document/document-maker.ts'
export type { RecordExtras } from './document/record-document.ts'
export { type PdfSigning, signPdf } from './document/sign-pdf.ts'
export { type StatementSigners, signStatement } from './document/sign-statement.ts'
// Fixing: what was captured becomes a sealed package.
export { type CertificateSources, certificateOf } from './fix/certificate-of.ts'
export {
  type FixedPackage,
  type FixItem,
  type FixOptions,
  type FixParts,
  type FixStep,
  fixManifest,
  type KeptReceipt,
} from './fix/fix-manifest.ts'
export { fixOnLedger, ledgerItemOf } from './fix/ledger-fix.ts'
export { type OpenPackage, openPackage } from './fix/open-package.ts'
export { entryIdOf, type RenewedEdition, type RenewParts, renewPackage } from './fix/renew-package.ts'
// Keeping: locked in the store until retention ends.
export { createKeepingService, type KeepingOptions, type KeepingService } from './keeping/keeping-service.ts'
export { IDEMPOTENCY_DAYS, onceByKey } from './preservation/idempotency.ts'
// The open preservation API.
export type { PreservationWish } from './preservation/preservation-manifest.ts'
export { PRESERVED_PATH } from './preservation/preservation-manifest.ts'
export {
  createPreservationService,
  FIXED_CHANNEL,
  findPreservation,
  PRESERVATION_EVENTS,
  type PreservationEvent,
  type PreservationOwner,
  type PreservationParts,
  type PreservationRow,
  type PreservationService,
} from './preservation/preservation-service.ts'
export {
  addWebhook,
  deliverWebhook,
  listWebhooks,
  removeWebhook,
  type WebhookMessage,
  type WebhookPost,
  type WebhookRow,
} from './preservation/webhook.ts'
// The register: what is held, its editions, what happened to it.
export {
  countEvidence,
  type EvidenceFilter,
  type EvidenceListRow,
  type EvidencePage,
  type EvidencePageRequest,
  type ListReader,
  listEvidence,
  type SearchScope,
} from './register/list.ts'
export { evidenceMigrations } from './register/migrations.ts'
export {
  type EditionRecord,
  type EvidenceRecord,
  evidenceTerms,
  findEdition,
  findEvidence,
  findRecaptures,
  listEditions,
  listEvents,
  recordEvent,
} from './register/rows.ts'
export type { EvidenceState, EvidenceTables } from './register/schema.ts'
export { listViews, removeView, type SavedView, saveView } from './register/views.ts'
// Services: captures and editions from the wish to the package.
export {
  type CaptureOrder,
  type CaptureRow,
  findCapture,
  insertCaptures,
  listCaptures,
  unfinishedCaptures,
} from './service/capture-rows.ts'
export {
  type CaptureChange,
  type CaptureParts,
  type CaptureService,
  createCaptureService,
} from './service/capture-service.ts'
export {
  createEditionService,
  EDITION_PATH,
  type EditionAuthor,
  type EditionParts,
  type EditionService,
  type EditionStatement,
} from './service/edition-service.ts'
export { fixAgain } from './service/failed-fixing.ts'
export { createLiveService, type LiveParts, type LiveService } from './service/live-service.ts'
export {
  createMaskedService,
  type DerivedPackage,
  findDerived,
  type MaskedParts,
  type MaskedService,
} from './service/masked-service.ts'
export { type UnfixedParts, unfixedPackage } from './service/unfixed-package.ts'
// --- timestamps ---
export {
  type EmbeddedTimestampAuthority,
  type EmbeddedTimestampOptions,
  embeddedTimestampAuthority,
} from './timestamp/embedded-timestamp-authority.ts'
export { type HttpTimestampOptions, httpTimestampAuthority } from './timestamp/http-timestamp-authority.ts'
export { fileSerialNumbers, type SerialNumbers } from './timestamp/serial-numbers.ts'
export type { DocumentSigner } from './timestamp/sign-cms.ts'
export type { TimestampAuthority } from './timestamp/timestamp-authority.ts'
export { openWorkFolder, type WorkFolder, writeWhole } from './work-folder.ts'
