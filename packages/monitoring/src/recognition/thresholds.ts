/**
 * Parameters that an organisation may set otherwise. A model reads `THRESHOLDS.lead.value`; while `withValues` runs, the values that
 * it was given are read instead. Models are synchronous: nothing else runs meanwhile. docs/decisions/0340.
 */
import type { Threshold } from './finding.ts'

export type Thresholds = { readonly [name: string]: Threshold }
/** Values that differ from the shipped ones, by the names of thresholds. */
export type Values = { readonly [name: string]: number }

let scope: { readonly of: Thresholds; readonly values: Values } | null = null

/** The thresholds of a model as shipped. */
export function thresholds<const T extends Thresholds>(shipped: T): { readonly [name in keyof T]: Threshold } {
  const own: { [name: string]: Threshold } = {}
  for (const [name, { value, reason }] of Object.entries(shipped)) {
    own[name] = {
      reason,
      get value() {
        return scope !== null && scope.of === own ? (scope.values[name] ?? value) : value
      },
    }
  }
  return own as { readonly [name in keyof T]: Threshold }
}

/** Runs `work`, in which the thresholds `of` one model have these values. `work` must not wait. */
export function withValues<T>(of: Thresholds, values: Values, work: () => T): T {
  const outer = scope
  scope = { of, values }
  try {
    return work()
  } finally {
    scope = outer
  }
}
