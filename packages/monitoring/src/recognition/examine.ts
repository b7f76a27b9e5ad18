/**
 * Examines the lines of a file: panels see all of them first, then every line is answered in order, with what its own models
 * and the panels found. A line that cannot be read is answered by name, and the rest goes on.
 */
import { Failure } from '@mingzheng/kernel'
import type { Finding } from './finding.ts'
import { type Line, parseLine } from './line.ts'
import type { ListingModel, PanelModel } from './model.ts'

export interface ExaminationInput {
  /** The lines, from the beginning each time that it is called; it is called twice. */
  readonly lines: () => AsyncIterable<string>
  readonly listingModels: readonly ListingModel[]
  readonly panelModels: readonly PanelModel[]
  /** Day of the behaviours where a line gives none, `YYYY-MM-DD`. */
  readonly date: string
}

export type ExaminedLine =
  | { readonly id: string | null; readonly findings: readonly Finding[] }
  | {
      readonly id: null
      readonly line: number
      readonly error: {
        readonly code: string
        readonly field: string
        readonly detail: string
        readonly remedy: string
      }
    }

/** One answer for every line that is not blank, in the order of the lines. */
export async function* examine(input: ExaminationInput): AsyncGenerator<ExaminedLine> {
  const { date, listingModels, panelModels } = input
  const panels = panelModels.map((model) => model.open())
  if (panels.length > 0) {
    for await (const { line, number } of readLines(input.lines())) {
      if (line instanceof Failure) continue
      for (const panel of panels) panel.add(line, number)
    }
  }
  const concluded = panels.map((panel) => panel.conclude(date))
  for await (const { line, number } of readLines(input.lines())) {
    if (line instanceof Failure) {
      const { code, field = '', message, remedy = '' } = line
      yield { id: null, line: number + 1, error: { code, field, detail: message, remedy } }
      continue
    }
    const findings: Finding[] = []
    if (line.kind === 'listing') {
      const day = dateOf(line) ?? date
      for (const model of listingModels) findings.push(...model.examine(line, day))
    }
    for (const found of concluded) findings.push(...(found.get(number) ?? []))
    yield { id: line.id ?? null, findings: findings.sort((a, b) => b.score - a.score) }
  }
}

async function* readLines(source: AsyncIterable<string>): AsyncGenerator<{ line: Line | Failure; number: number }> {
  let number = 0
  for await (const text of source) {
    if (text.trim() === '') continue
    let line: Line | Failure
    try {
      line = parseLine(number === 0 ? text.replace(/^\ufeff/, '') : text)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      line = error
    }
    yield { line, number: number++ }
  }
}

/** The day that a listing says it was seen. */
function dateOf(line: Line): string | null {
  const { attributes } = line as { attributes?: { [name: string]: unknown } }
  for (const value of [line.date, line.captured_at, attributes?.date, attributes?.captured_at]) {
    const day = typeof value === 'string' ? /^\d{4}-\d{2}-\d{2}/.exec(value)?.[0] : undefined
    if (day !== undefined) return day
  }
  return null
}
