import type { Truth } from '../truth.ts'
import { type ExportOptions, SECTION_NAMES, type SectionName, unitsOf } from './sections.ts'

/**
 * The market as JSON lines in the format of files for examination (`docs/formats/examine.md`), without line ends, one after the
 * other: of all sections or of those named. Nothing is kept.
 */
export function* exportLines(
  options: ExportOptions,
  sections: readonly SectionName[] = SECTION_NAMES,
): Generator<string> {
  for (const section of sections) {
    for (const { lines } of unitsOf(section, options)) for (const line of lines) yield JSON.stringify(line)
  }
}

/** What is so of the same market: every subject that breaks a rule or only seems to. Subjects that are not named are ordinary. */
export function* groundTruth(
  options: ExportOptions,
  sections: readonly SectionName[] = SECTION_NAMES,
): Generator<Truth> {
  for (const section of sections) for (const { truths } of unitsOf(section, options)) yield* truths
}

/** The subject that a line of the export is about, by the line's id. */
export function subjectOf(lineId: string): string {
  const dot = lineId.indexOf('.')
  return dot === -1 ? lineId : lineId.slice(0, dot)
}
