/** Reads the lines that feed panels, whose fields come under many names, Chinese or English, at the top or one level below. */

const CHINA_MS = 8 * 3_600_000

/** The values that a line has, by the names that a model gives them. Quick: a name is looked at once for all lines. */
export class LineReader<Name extends string> {
  readonly #ranks = new Map<string, { readonly name: Name; readonly rank: number }>()
  readonly #seen = new Map<string, { readonly name: Name; readonly rank: number } | null>()

  /** For each name the names that it goes under, the surest first; its own name need not be among them. */
  constructor(aliases: { readonly [name in Name]: readonly string[] }) {
    for (const [name, others] of Object.entries(aliases) as [Name, readonly string[]][]) {
      ;[name, ...others].forEach((alias, rank) => {
        if (!this.#ranks.has(bare(alias))) this.#ranks.set(bare(alias), { name, rank })
      })
    }
  }

  read(line: object): { readonly [name in Name]?: unknown } {
    const values: { [name in Name]?: unknown } = {}
    const ranks: { [name in Name]?: number } = {}
    this.#take(line as { [key: string]: unknown }, 0, values, ranks)
    const { attributes } = line as { attributes?: unknown }
    if (typeof attributes === 'object' && attributes !== null) {
      this.#take(attributes as { [key: string]: unknown }, 1000, values, ranks)
    }
    return values
  }

  #take(
    holder: { [key: string]: unknown },
    deeper: number,
    values: { [name in Name]?: unknown },
    ranks: { [name in Name]?: number },
  ): void {
    for (const key in holder) {
      let known = this.#seen.get(key)
      if (known === undefined) {
        known = this.#ranks.get(bare(key)) ?? null
        if (this.#seen.size < 10_000) this.#seen.set(key, known)
      }
      if (known === null) continue
      const value = holder[key]
      if (value === undefined || value === null || value === '') continue
      const rank = known.rank + deeper
      if (rank < (ranks[known.name] ?? Number.POSITIVE_INFINITY)) {
        ranks[known.name] = rank
        values[known.name] = value
      }
    }
  }
}

/** A name or id: of text, a number, or of an object with one of them. `null` when it is none or empty. */
export function nameOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim()
  if (typeof value !== 'object' || value === null) return null
  const { id, name, title } = value as { id?: unknown; name?: unknown; title?: unknown }
  return nameOf(id) ?? nameOf(name) ?? nameOf(title)
}

/** A number as platforms write it: `1,299.00`, `¥5`, `12亿元`, `1.2万`, `35%` (as 0.35). `null` when it is none. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string') return null
  const parts = /(-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?)\s*(万亿|亿|千万|百万|万|%|billion|bn|million)?/i.exec(
    value.normalize('NFKC'),
  )
  if (parts === null) return null
  const [, digits = '', unit = ''] = parts
  return Number(digits.replaceAll(',', '')) * (UNITS[unit.toLowerCase()] ?? 1)
}
const UNITS: { readonly [unit: string]: number } = {
  万亿: 1e12,
  亿: 1e8,
  千万: 1e7,
  百万: 1e6,
  万: 1e4,
  '%': 0.01,
  billion: 1e9,
  bn: 1e9,
  million: 1e6,
}

/** Yes or no; `null` where neither is said. */
export function truth(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value
  if (value === 1 || value === 0) return value === 1
  if (typeof value !== 'string') return null
  if (/^(true|yes|y|1|是|有|已.*)$/i.test(value.trim())) return true
  return /^(false|no|n|0|否|无|未.*|没有)$/i.test(value.trim()) ? false : null
}

/** Milliseconds since 1970 of a time in one of the usual notations; a time without a zone is China's. */
export function momentOf(value: unknown): number | null {
  if (typeof value === 'number') {
    if (value > 1e11) return value
    return value > 1e8 ? value * 1000 : null
  }
  if (typeof value !== 'string') return null
  if (/^\d{10}(\d{3})?$/.test(value)) return momentOf(Number(value))
  const parts =
    /(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?(?:[T\s]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.(\d+))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?/i.exec(
      value,
    )
  if (parts === null) return null
  const [, year, month, day, hour = 0, minute = 0, second = 0, , zone] = parts
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  if (zone === undefined) return time - CHINA_MS
  if (zone.toUpperCase() === 'Z') return time
  const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return time - (zone.startsWith('-') ? -1 : 1) * offset * 60_000
}

/** The day in China of a moment, `YYYY-MM-DD`. */
export function dayOfMoment(moment: number): string {
  return new Date(moment + CHINA_MS).toISOString().slice(0, 10)
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '')
}
