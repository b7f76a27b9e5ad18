/** Which column holds which field: guessed from headings, and where they say nothing from what stands below. */
import { creditCodeProblem } from '../recognition/operator/credit-code.ts'
import { bareName, REGISTERS, type RegisterKind } from './kinds.ts'

/** Column by field, from 0. A field that is not there is in no column. */
export type Mapping = { readonly [field: string]: number }

/** Half the cells of a column must be codes, for it to be the column of codes. */
const MOSTLY = 0.5

export function guessMapping(
  kind: RegisterKind,
  columns: readonly string[],
  sample: readonly (readonly string[])[],
): Mapping {
  const { fields } = REGISTERS[kind]
  const mapping: { [field: string]: number } = {}
  const taken = new Set<number>()
  const take = (name: string, column: number) => {
    if (column < 0 || mapping[name] !== undefined || taken.has(column)) return
    mapping[name] = column
    taken.add(column)
  }
  const headings = columns.map(bareName)
  // The whole heading first, for all fields; then a heading that holds the words, such as 统一社会信用代码（18位）.
  for (const { name, headings: known } of fields) {
    for (const heading of known.map(bareName)) take(name, headings.indexOf(heading))
  }
  for (const { name, headings: known } of fields) {
    for (const heading of known.map(bareName)) {
      if (heading.length < 2) continue
      take(
        name,
        headings.findIndex((column, i) => !taken.has(i) && column.includes(heading)),
      )
    }
  }
  const codes = fields.find(({ sort }) => sort === 'code')
  if (codes !== undefined && mapping[codes.name] === undefined) {
    take(
      codes.name,
      columns.findIndex((_, i) => !taken.has(i) && isMostlyCodes(sample.map((row) => row[i] ?? ''))),
    )
  }
  return mapping
}

function isMostlyCodes(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '')
  const codes = filled.filter((cell) => creditCodeProblem(cell) === null)
  return filled.length > 0 && codes.length >= MOSTLY * filled.length
}
