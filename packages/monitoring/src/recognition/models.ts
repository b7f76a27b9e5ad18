/** The models that look at one listing, in the order of their behaviours. */
import { bannedGoodsModel } from './banned-goods/banned-goods.ts'
import { falsePropagandaModel } from './false-propaganda/false-propaganda.ts'
import { ipInfringementModel } from './ip-infringement/ip-infringement.ts'
import type { ListingModel } from './model.ts'
import { operatorModel } from './operator/operator.ts'
import { priceInfringementModel } from './price-infringement/price-infringement.ts'
import { pyramidTextModel } from './pyramid-selling/pyramid-text.ts'

export const listingModels: readonly ListingModel[] = [
  bannedGoodsModel,
  falsePropagandaModel,
  ipInfringementModel,
  pyramidTextModel,
  priceInfringementModel,
  operatorModel,
]
