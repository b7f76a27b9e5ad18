/** Leads under one set of rules against leads under another, by listing and behaviour; with examples of what differs. */
import type { Kysely } from 'kysely'
import type { Behaviour } from '../recognition/behaviour.ts'
import type { Finding } from '../recognition/finding.ts'
import type { MonitoringTables } from '../register/schema.ts'
import type { BehaviourPreview, PreviewExample } from './preview-result.ts'

export interface ComparedListing {
  readonly id: string
  readonly url: string
  readonly title: string
  readonly platform_id: string
}

const EXAMPLES = 20
const AT_ONCE = 500

interface Held {
  readonly listing: ComparedListing
  before: Finding | null
  after: Finding | null
  /** The surest of what is no lead, to say why. */
  shadow: Finding | null
}

const surer = (one: Finding | null, other: Finding): Finding => (one === null || other.score > one.score ? other : one)

export class Comparison {
  /** Listings with a lead under one of the two, by behaviour. */
  readonly #held = new Map<Behaviour, Map<string, Held>>()

  constructor(behaviours: ReadonlySet<Behaviour>) {
    for (const behaviour of behaviours) this.#held.set(behaviour, new Map())
  }

  add(listing: ComparedListing, before: readonly Finding[], after: readonly Finding[]): void {
    for (const [findings, side, other] of [[before, 'before', after] as const, [after, 'after', before] as const]) {
      for (const finding of findings) {
        if (finding.decision !== 'lead') continue
        const all = this.#held.get(finding.behaviour)
        if (all === undefined) continue
        const held = all.get(listing.id) ?? { listing, before: null, after: null, shadow: null }
        held[side] = surer(held[side], finding)
        for (const one of other) {
          if (one.behaviour === finding.behaviour && one.decision !== 'lead') held.shadow = surer(held.shadow, one)
        }
        all.set(listing.id, held)
      }
    }
  }

  async result(db: Kysely<MonitoringTables>): Promise<BehaviourPreview[]> {
    const found: BehaviourPreview[] = []
    for (const [behaviour, all] of this.#held) found.push(await this.#of(db, behaviour, [...all.values()]))
    return found
  }

  async #of(db: Kysely<MonitoringTables>, behaviour: Behaviour, held: readonly Held[]): Promise<BehaviourPreview> {
    const gained = held.filter(({ before }) => before === null)
    const lost = held.filter(({ after }) => after === null)
    const leads = await leadsOf(db, behaviour, [...gained, ...lost])
    const inState = (state: string) => lost.filter(({ listing }) => leads.get(listing.id)?.state === state).length
    const examples = (some: readonly Held[]) =>
      [...some]
        .sort((a, b) => scoreOf(b) - scoreOf(a))
        .slice(0, EXAMPLES)
        .map((one) => exampleOf(one, leads.get(one.listing.id) ?? null))
    return {
      behaviour,
      before: held.filter(({ before }) => before !== null).length,
      after: held.filter(({ after }) => after !== null).length,
      gained: gained.length,
      lost: lost.length,
      lostDismissed: inState('dismissed'),
      lostHandedOver: inState('handed-over'),
      gainedExamples: examples(gained),
      lostExamples: examples(lost),
    }
  }
}

const scoreOf = ({ before, after }: Held) => (before ?? after)!.score

function exampleOf({ listing, before, after, shadow }: Held, lead: PreviewExample['lead']): PreviewExample {
  const finding = (before ?? after)!
  return {
    listingId: listing.id,
    title: listing.title,
    url: listing.url,
    platformId: listing.platform_id,
    before: before?.score ?? shadow?.score ?? null,
    after: after?.score ?? shadow?.score ?? null,
    reason: finding.reason,
    span: finding.span,
    lead,
  }
}

async function leadsOf(
  db: Kysely<MonitoringTables>,
  behaviour: Behaviour,
  held: readonly Held[],
): Promise<Map<string, { id: string; state: string }>> {
  const found = new Map<string, { id: string; state: string }>()
  const ids = held.map(({ listing }) => listing.id)
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    const rows = await db
      .selectFrom('lead')
      .select(['id', 'state', 'listing_id'])
      .where('behaviour', '=', behaviour)
      .where('listing_id', 'in', ids.slice(i, i + AT_ONCE))
      .execute()
    for (const { id, state, listing_id } of rows) found.set(listing_id, { id, state })
  }
  return found
}
