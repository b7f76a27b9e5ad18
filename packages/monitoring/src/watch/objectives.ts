/** Whether a listing is one that a task is after. */
import type { Facts } from '../fact/facts.ts'
import { normalise } from '../reading/normalise.ts'
import type { WatchSpec } from '../task/spec.ts'

/** A text as words are compared: folded, without what separates. */
function bare(text: string): string {
  const { units, length } = normalise(text)
  return Buffer.from(units.buffer, 0, length * 2)
    .toString('utf16le')
    .replace(/\s+/g, '')
}

const compiled = new WeakMap<WatchSpec['objectives'], (facts: Facts) => boolean>()

/** Objectives that name nothing are after everything. */
export function isWanted(objectives: WatchSpec['objectives'], facts: Facts): boolean {
  let test = compiled.get(objectives)
  if (test === undefined) {
    test = compile(objectives)
    compiled.set(objectives, test)
  }
  return test(facts)
}

/** The division code in a unified social credit code (GB 32100-2015: digits 3 to 8). */
export function regionOf(licence: string | null): string | null {
  const code = /^[0-9A-Z]{2}(\d{6})[0-9A-Z]{10}$/.exec(licence ?? '')?.[1]
  return code ?? null
}

function compile({ shops, regions, brands, categories, keywordGroups }: WatchSpec['objectives']) {
  const [shopSet, brandSet, categorySet] = [shops, brands, categories].map((names) => new Set(names.map(bare)))
  const words = keywordGroups.flatMap((group) => group.words.map(bare)).filter((word) => word !== '')
  const among = (set: Set<string>, value: string | null) => set.size === 0 || (value !== null && set.has(bare(value)))
  return (facts: Facts): boolean => {
    if (!among(shopSet!, facts.shop) || !among(brandSet!, facts.brand) || !among(categorySet!, facts.category))
      return false
    const region = regionOf(facts.licence)
    if (regions.length > 0 && !regions.some((code) => region?.startsWith(code) === true)) return false
    if (words.length === 0) return true
    const text = bare(`${facts.title}\n${facts.description}`)
    return words.some((word) => text.includes(word))
  }
}
