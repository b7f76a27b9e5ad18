import { Dice } from '../dice.ts'
import { createMarket } from '../market.ts'
import type { Truth } from '../truth.ts'
import { listingLines } from './listing-line.ts'
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

/**
 * The lines of the listings that changed on a day: a share of all, with the prices, histories and reviews of that day. The same
 * ones for the same seed and day.
 */
export function* exportChanges(options: ExportOptions, share = 0.02): Generator<string> {
  const market = createMarket(options)
  const dice = new Dice(options.seed, `changed ${options.today}`)
  for (let index = 0; index < options.size; index += 1) {
    if (!dice.chance(share)) continue
    const listing = market.listing(index)
    for (const line of listingLines(listing, market.licence(listing.shop.operator))) yield JSON.stringify(line)
  }
}

/** The subject that a line of the export is about, by the line's id. */
export function subjectOf(lineId: string): string {
  const dot = lineId.indexOf('.')
  return dot === -1 ? lineId : lineId.slice(0, dot)
}
