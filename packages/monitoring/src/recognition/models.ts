/** The models that look at one listing, in the order of their behaviours. */
import type { ListingModel } from './model.ts'
import { operatorModel } from './operator/operator.ts'
import { priceInfringementModel } from './price-infringement/price-infringement.ts'
import { pyramidTextModel } from './pyramid-selling/pyramid-text.ts'

export const listingModels: readonly ListingModel[] = [pyramidTextModel, priceInfringementModel, operatorModel]
