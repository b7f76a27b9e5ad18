/** The floors of docs/architecture.md as data: imports go downwards only, never sideways. */

/** Part of the project -> its floor. */
export const FLOOR: Readonly<Record<string, number>> = {
  'packages/kernel': 0,
  'packages/proof': 1,
  'packages/storage': 1,
  'packages/api': 1,
  'packages/ledger': 2,
  'packages/identity': 3,
  'packages/evidence': 4,
  'packages/monitoring': 5,
  'packages/casework': 6,
  'packages/applications': 7,
  'apps/server': 8,
  'apps/node': 8,
  'apps/web': 8,
  'apps/verifier': 8,
  'apps/cli': 8,
  demo: 0,
}

/** Parts that may know less than everything below them. */
export const KNOWS_ONLY: Readonly<Record<string, readonly string[]>> = {
  'apps/web': ['packages/api', 'packages/proof', 'packages/kernel'],
  'apps/verifier': ['packages/proof', 'packages/kernel'],
  'apps/cli': ['packages/api', 'packages/proof', 'packages/kernel'],
  'packages/proof': ['packages/kernel'],
  demo: [],
}

/** Parts that know the floors up to a number whole, and of every floor above only the contracts. */
const CONTRACTS_ABOVE: Readonly<Record<string, number>> = { 'apps/node': 3 }

/** The one way from application to application: `mingzheng verify` is the offline verifier's own command (decision 0071). */
const APP_DOORS: Readonly<Record<string, readonly string[]>> = { 'apps/cli': ['apps/verifier'] }

/** A source file and what it imports, paths relative to the root. */
export interface Module {
  readonly source: string
  readonly imports: readonly { readonly target: string; readonly circular: boolean }[]
}

export interface Breach {
  readonly rule: 'floor' | 'door' | 'outside' | 'unresolved' | 'app' | 'circle' | 'nothing-read' | 'unknown-part'
  readonly source: string
  readonly target: string
}

const DOORS = /^src\/(index|contract|testing)\.tsx?$/
const FREE = /^(tests|bench)\//

/** Everything in a set of modules that the floors forbid. No modules at all is a breach: a check that read nothing passes nothing. */
export function breachesOf(modules: readonly Module[]): Breach[] {
  const own = modules.filter(({ source }) => partOf(source) !== null || FREE.test(source))
  if (own.length === 0) return [{ rule: 'nothing-read', source: '', target: '' }]
  return own.flatMap(({ source, imports }) =>
    imports.flatMap(({ target, circular }) => {
      const rule = breachOf(source, target, circular)
      return rule === null ? [] : [{ rule, source, target }]
    }),
  )
}

function breachOf(source: string, target: string, circular: boolean): Breach['rule'] | null {
  if (target.startsWith('node_modules/') || !target.includes('/')) return null
  if (circular) return 'circle'
  if (target.startsWith('.')) return 'unresolved'
  const from = partOf(source)
  const to = partOf(target)
  const isTest = /\.(test|spec)\.tsx?$/.test(source) || FREE.test(source)
  if (from !== null && from === to) return null
  if (to === null) return isTest || FREE.test(source) ? null : 'outside'
  if (FLOOR[to] === undefined || (from !== null && FLOOR[from] === undefined)) return 'unknown-part'
  const inside = target.slice(to.length + 1)
  // Journeys and benches stand outside the house and may start what they need of it.
  if (from === null) return null
  if (isTest && to === 'demo') return DOORS.test(inside) ? null : 'door'
  if (to.startsWith('apps/') && !APP_DOORS[from]?.includes(to)) return 'app'
  if (!DOORS.test(inside)) return 'door'
  if (inside === 'src/testing.ts' && !isTest && !/^src\/testing(\.ts$|\/)/.test(source.slice(from.length + 1)))
    return 'door'
  if (to.startsWith('apps/')) return null
  const whole = CONTRACTS_ABOVE[from]
  if (whole !== undefined && FLOOR[to]! > whole && !isTest) return inside === 'src/contract.ts' ? null : 'floor'
  const known = KNOWS_ONLY[from]
  if (known !== undefined) return known.includes(to) ? null : 'floor'
  return FLOOR[to]! < FLOOR[from]! ? null : 'floor'
}

/** The part of the project that a file belongs to, such as `packages/proof`. */
export function partOf(path: string): string | null {
  if (path.startsWith('demo/')) return 'demo'
  return /^(packages|apps)\/[^/]+(?=\/)/.exec(path)?.[0] ?? null
}
