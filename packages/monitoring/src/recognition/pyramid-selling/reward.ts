/** What is paid for a newcomer, however it is written: an amount, amounts by level, or who gets what. */
import { numberOf } from '../line-fields.ts'

export interface Reward {
  /** What the one directly above gets, in yuan or tokens; 0 for nothing. */
  readonly first: number
  /** How many levels above are paid. */
  readonly levels: number
  /** Whether it is one amount, of which nobody says the level. */
  readonly scalar: boolean
}

export function rewardOf(value: unknown): Reward {
  if (typeof value !== 'object' || value === null) {
    const first = Math.max(0, numberOf(value) ?? 0)
    return { first, levels: first > 0 ? 1 : 0, scalar: true }
  }
  const amounts = Object.values(value).map(amountOf)
  return { first: amounts[0] ?? 0, levels: amounts.filter((amount) => amount > 0).length, scalar: false }
}

function amountOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return Math.max(0, numberOf(value) ?? 0)
  const { amount, reward, value: inner } = value as { amount?: unknown; reward?: unknown; value?: unknown }
  return Math.max(0, numberOf(amount) ?? numberOf(reward) ?? numberOf(inner) ?? 0)
}
