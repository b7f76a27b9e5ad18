import { Dice } from '../dice.ts'
import { dayBefore } from '../draft.ts'
import { PLATFORMS } from '../people/platforms.ts'
import { clock, numbered, type PanelSubject, truthOf } from './panel.ts'

/** Operators with shops on both platforms of a pair. */
export const PAIR_OPERATORS = 80
/** Pairs of platforms that there are. */
export const PAIRS = PLATFORMS.length * (PLATFORMS.length - 1)
/** Of so many pairs one is a platform that makes shops choose, and four only look so. */
const PAIR_BLOCK = 62

type Story = 'forced' | 'declining' | 'left-before' | 'few' | 'late' | 'ordinary'
const STORIES: readonly Story[] = ['forced', 'declining', 'left-before', 'few', 'late']

/**
 * The operators of one pair of platforms, a subject each (电子商务法 35): openings on both, who joined the first one's campaign, who
 * left the second one and when. `pair` counts from 0 to {@link PAIRS} - 1.
 */
export function* pairSubjects(seed: string, pair: number, today: string): Generator<PanelSubject> {
  const dice = new Dice(seed, 'pair', pair)
  const turn = new Dice(seed, 'pair roles', Math.floor(pair / PAIR_BLOCK)).below(PAIR_BLOCK)
  const story = STORIES[((pair % PAIR_BLOCK) + turn) % PAIR_BLOCK] ?? 'ordinary'
  const a = PLATFORMS[pair % PLATFORMS.length]!
  const b = PLATFORMS[(pair + 1 + Math.floor(pair / PLATFORMS.length)) % PLATFORMS.length]!
  const campaign = `${a.name}${dice.pick(['周年庆', '年货节', '焕新季', '百亿补贴', '独家好店'])}`
  const count = story === 'few' ? 12 : PAIR_OPERATORS
  const start = dice.between(60, 80)
  for (let i = 0; i < count; i += 1) {
    const subject = `c${pair}-${i}`
    const operator = `经营者${pair}-${i}`
    const joins = dice.chance(story === 'few' ? 0.5 : 0.45)
    const joined = start - dice.below(15)
    const exit = exitDay(story, joins, joined, start, dice)
    const day = (before: number) => clock(dayBefore(today, before), dice.between(9, 20), dice.below(60))
    const row = (platform: string, event: string, before: number, more = {}) => ({
      operator,
      platform,
      event,
      time: day(before),
      ...more,
    })
    const rows = [
      row(a.name, 'open', dice.between(300, 900)),
      row(b.name, 'open', dice.between(200, 800)),
      ...(joins ? [row(a.name, 'join-campaign', joined, { campaign })] : []),
      ...(exit === null ? [] : [row(b.name, dice.chance(0.5) ? 'close' : 'leave', exit)]),
      // Who joins and stays with the other one finds himself further down.
      ...(story === 'forced' && exit === null
        ? [
            row(a.name, 'rank', start + 20, { rank: dice.between(5, 40) }),
            row(a.name, 'rank', start - 40, { rank: dice.between(150, 600) }),
          ]
        : []),
    ]
    const forced = story === 'forced' && joins && exit !== null
    const kind = forced ? 'left-after-joining' : story === 'forced' ? 'stayed-or-never-joined' : story
    // Of look-alikes only who left looks like anything.
    const truth = truthOf('choose-one', subject, forced, kind, !forced && story !== 'ordinary' && exit !== null)
    yield { truth, lines: numbered(subject, 'shop-event', rows) }
  }
}

/** How many days ago an operator left the second platform, or `null`. */
function exitDay(story: Story, joins: boolean, joined: number, start: number, dice: Dice): number | null {
  const leaves = (probability: number, from: number, to: number) =>
    dice.chance(probability) ? Math.max(1, dice.between(from, to)) : null
  switch (story) {
    case 'forced':
      return joins ? leaves(0.8, joined - 18, joined - 2) : leaves(0.02, 5, 100)
    case 'declining':
      return leaves(0.4, start - 55, start + 10)
    case 'left-before':
      return joins ? leaves(0.3, joined + 20, joined + 90) : leaves(0.3, start, start + 100)
    case 'few':
      return joins ? leaves(0.4, joined - 18, joined - 2) : leaves(0.1, 5, 100)
    case 'late':
      return leaves(0.08, 1, 12)
    case 'ordinary':
      return leaves(0.02, 5, 150)
  }
}
