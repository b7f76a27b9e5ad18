import { Dice } from '../dice.ts'
import { BLOCK } from '../roles.ts'
import type { Behaviour, Truth } from '../truth.ts'

/** A line about something that only many lines together show. */
export type PanelLine = Readonly<Record<string, unknown>> & { readonly id: string; readonly kind: string }

/** What some lines are about, and what is so of it. Ids of lines are the subject's with a dot and a number. */
export interface PanelSubject {
  readonly truth: Truth
  readonly lines: readonly PanelLine[]
}

/** The role of a panel's subject: one of a block breaks the rule, eight only seem to. */
export function panelRole(seed: string, behaviour: Behaviour, index: number): 'breaks' | 'seems' | 'honest' {
  const dice = new Dice(seed, `panel ${behaviour}`, Math.floor(index / BLOCK))
  const slot = (index % BLOCK) - dice.below(BLOCK)
  const turned = (slot + BLOCK) % BLOCK
  return turned === 0 ? 'breaks' : turned % 22 === 11 ? 'seems' : 'honest'
}

export function truthOf(
  behaviour: Behaviour,
  subject: string,
  violates: boolean,
  kind: string,
  seems = !violates && kind !== 'ordinary',
): Truth {
  return { subject, platform: null, behaviour, violates, kind, lookAlike: seems ? kind : null, evasion: null }
}

/** Numbers the lines of a subject. */
export function numbered(
  subject: string,
  kind: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): PanelLine[] {
  return rows.map((row, i) => ({ id: `${subject}.${i}`, kind, ...row }))
}

/** A time of day in China on a day. */
export function clock(day: string, hour: number, minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${day}T${two(hour)}:${two(minute)}:00+08:00`
}
