import { Dice } from '../dice.ts'
import { dayBefore } from '../draft.ts'
import { nameRoot } from '../people/names.ts'
import { numbered, type PanelSubject, panelRole, truthOf } from './panel.ts'

const YI = 100_000_000

type Story =
  | 'not-filed'
  | 'closed-before-clearance'
  | 'not-filed-former-threshold'
  | 'filed-and-cleared'
  | 'below-the-threshold'
  | 'one-small-party'
  | 'inside-a-group'
  | 'no-control'
  | 'turnover-unknown'
  | 'not-closed-yet'
  | 'ordinary'
const BREACHES: readonly Story[] = [
  'not-filed',
  'not-filed',
  'not-filed',
  'closed-before-clearance',
  'not-filed-former-threshold',
]
const ALIKES: readonly Story[] = [
  'filed-and-cleared',
  'below-the-threshold',
  'one-small-party',
  'inside-a-group',
  'no-control',
  'turnover-unknown',
  'not-closed-yet',
]

/** A deal in equity (反垄断法 26, 58; thresholds of 国务院令 773, before 2024-01-22 those of 2008). */
export function dealSubject(seed: string, index: number, today: string): PanelSubject {
  const subject = `e${index}`
  const dice = new Dice(seed, 'deals', index)
  const role = panelRole(seed, 'concentration', index)
  const story: Story = role === 'breaks' ? dice.pick(BREACHES) : role === 'seems' ? dice.pick(ALIKES) : 'ordinary'
  const [acquirer, target] = [`${nameRoot(dice)}控股${subject}`, `${nameRoot(dice)}科技${subject}`]
  const { large, small } = turnovers(story, dice)
  const former = story === 'not-filed-former-threshold'
  const closed = former
    ? dice.between(1080, 1300)
    : story === 'not-closed-yet'
      ? -dice.between(20, 90)
      : dice.between(10, 400)
  const day = (before: number) => dayBefore(today, before)
  const filed =
    story === 'filed-and-cleared' || story === 'closed-before-clearance' || (story === 'ordinary' && dice.chance(0.1))
  const control = story !== 'no-control'
  const row: Record<string, unknown> = {
    deal_id: `D${subject}`,
    acquirer,
    target,
    event: dice.pick(['股权收购', '合并', '增资取得控制权', '协议控制']),
    stake: control
      ? dice.chance(0.5)
        ? `${dice.between(51, 100)}%`
        : dice.between(51, 100) / 100
      : `${dice.between(3, 12)}%`,
    control,
    intragroup: story === 'inside-a-group',
    closing_date: day(closed),
    acquirer_turnover_china: amount(large, dice),
    acquirer_turnover_world: amount(large * (1 + dice.roll() * 0.2), dice),
    target_turnover_china: amount(small, dice),
    target_turnover_world: amount(small * (1 + dice.roll() * 0.2), dice),
    filing_date: filed ? day(closed + dice.between(60, 120)) : null,
  }
  if (story === 'turnover-unknown')
    for (const name of ['target_turnover_china', 'target_turnover_world']) row[name] = null
  const rows: Record<string, unknown>[] = [row]
  if (filed) {
    const cleared = story === 'closed-before-clearance' ? closed - dice.between(5, 8) : closed + dice.between(5, 30)
    rows.push({ deal_id: row.deal_id, event: '批准', clearance_date: day(cleared) })
  }
  return {
    truth: truthOf('concentration', subject, role === 'breaks', story),
    lines: numbered(subject, 'equity-event', rows),
  }
}

/** In yuan, of the year before. */
function turnovers(story: Story, dice: Dice): { large: number; small: number } {
  switch (story) {
    case 'below-the-threshold':
      return { large: (15 + dice.roll() * 15) * YI, small: (1 + dice.roll() * 6) * YI }
    case 'one-small-party':
      return { large: (60 + dice.roll() * 200) * YI, small: (0.5 + dice.roll() * 6) * YI }
    case 'not-filed-former-threshold':
      return { large: (17 + dice.roll() * 12) * YI, small: (4.4 + dice.roll() * 3) * YI }
    case 'ordinary':
      return dice.chance(0.1)
        ? { large: (45 + dice.roll() * 50) * YI, small: (0.5 + dice.roll() * 5) * YI }
        : { large: dice.scaled(0.2, 15) * YI, small: dice.scaled(0.02, 6) * YI }
    default:
      return { large: (42 + dice.roll() * 160) * YI, small: (9 + dice.roll() * 40) * YI }
  }
}

function amount(value: number, dice: Dice): number | string {
  return dice.chance(0.5) ? Math.round(value) : `${(value / YI).toFixed(2)}亿元`
}
