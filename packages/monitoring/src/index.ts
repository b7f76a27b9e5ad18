/**
 * Monitoring: what markets show is read, recognised and measured. So far reading: words found in texts, however disguised, with
 * spans in the original.
 */

export { type ExtractedPage, extractPage, type PageInput } from './extraction/extract.ts'
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
