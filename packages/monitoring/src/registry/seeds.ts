/** Registers for a useful start (seeds/SOURCE.txt), as the rows of a sheet whose first row names the fields. */
import { readFileSync } from 'node:fs'
import { digest, utf8 } from '@mingzheng/kernel'
import type { RegisterKind } from './kinds.ts'
import type { Mapping } from './mapping.ts'
import type { SheetRow } from './read-sheet.ts'

const OWN: { readonly [kind in RegisterKind]?: URL } = {
  prohibited: new URL('seeds/prohibited.tsv', import.meta.url),
  keywords: new URL('seeds/keywords.tsv', import.meta.url),
  brands: new URL('../recognition/ip-infringement/brands.tsv', import.meta.url),
}
/** The list of brands has no heading. */
const BRAND_COLUMNS = ['name', 'aliases', 'category', 'site']

export interface Seed {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly mapping: Mapping
  readonly bytes: number
  readonly sha256: Uint8Array
}

/** `null` where a register can only come from whoever keeps it. */
export function seedOf(kind: RegisterKind): Seed | null {
  const url = OWN[kind]
  if (url === undefined) return null
  const text = readFileSync(url, 'utf8')
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
  const columns = kind === 'brands' ? BRAND_COLUMNS : lines[0]!
  return {
    columns,
    rows: kind === 'brands' ? lines : lines.slice(1),
    mapping: Object.fromEntries(columns.map((name, i) => [name, i])),
    bytes: utf8(text).length,
    sha256: digest('sha256', utf8(text)),
  }
}

export async function* seedRows(kind: RegisterKind): AsyncGenerator<SheetRow> {
  const seed = seedOf(kind)
  if (seed === null) return
  yield { line: 1, cells: seed.columns }
  for (const [i, cells] of seed.rows.entries()) yield { line: i + 2, cells }
}
