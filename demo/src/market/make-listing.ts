import { breakBannedGoods, seemBannedGoods } from './breach/banned-goods.ts'
import { breakBelowCost, seemBelowCost } from './breach/below-cost.ts'
import { breakBrushing, seemBrushing } from './breach/brushing.ts'
import { breakFalsePropaganda, seemFalsePropaganda } from './breach/false-propaganda.ts'
import { breakIpInfringement, seemIpInfringement } from './breach/ip-infringement.ts'
import { breakPriceAnomaly, makeOffer, seemPriceAnomaly } from './breach/price-anomaly.ts'
import { breakPriceInfringement, seemPriceInfringement } from './breach/price-infringement.ts'
import { Dice } from './dice.ts'
import type { Draft, Maker } from './draft.ts'
import { honestDraft, type Place } from './honest.ts'
import { listingRole } from './roles.ts'
import type { ListingBehaviour, Truth } from './truth.ts'

const BREAK: Readonly<Record<Exclude<ListingBehaviour, 'price-anomaly'>, Maker>> = {
  'banned-goods': breakBannedGoods,
  'false-propaganda': breakFalsePropaganda,
  'price-infringement': breakPriceInfringement,
  'ip-infringement': breakIpInfringement,
  'below-cost': breakBelowCost,
  brushing: breakBrushing,
}

const SEEM: typeof BREAK = {
  'banned-goods': seemBannedGoods,
  'false-propaganda': seemFalsePropaganda,
  'price-infringement': seemPriceInfringement,
  'ip-infringement': seemIpInfringement,
  'below-cost': seemBelowCost,
  brushing: seemBrushing,
}

export interface Made {
  readonly draft: Draft
  /** `null`: an ordinary listing. */
  readonly truth: Truth | null
}

/** The listing of a place, with what is so of it. */
export function makeListing(place: Place): Made {
  const draft = honestDraft(place)
  // Who sells what he grows sells nothing else: else he would have to register.
  if (place.operator.kind === 'farmer') return { draft, truth: null }
  const { seed, index } = place
  const role = listingRole(seed, index)
  if (role.kind === 'honest') return { draft, truth: null }
  const dice = new Dice(seed, 'role', index)
  if (role.kind === 'offer') {
    makeOffer(draft, dice, seed, role.group)
    return { draft, truth: null }
  }
  const { behaviour } = role
  const violates = role.kind === 'breaks'
  const change =
    behaviour === 'price-anomaly'
      ? violates
        ? breakPriceAnomaly(draft, dice, seed)
        : seemPriceAnomaly(draft, dice, seed, (role as { which: number }).which)
      : (violates ? BREAK : SEEM)[behaviour](draft, dice, seed)
  const { kind, evasion } = change
  const truth: Truth = {
    subject: draft.id,
    platform: draft.shop.platform.id,
    behaviour,
    violates,
    kind,
    lookAlike: violates ? null : kind,
    evasion,
  }
  return { draft, truth }
}
