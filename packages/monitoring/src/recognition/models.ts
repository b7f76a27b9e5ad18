/** The models that are asked, in the order of their behaviours. */
import type { ListingModel, PanelModel } from './model.ts'
import { operatorModel } from './operator/operator.ts'
import { priceAnomalyModel } from './price-anomaly/price-anomaly.ts'
import { priceInfringementModel } from './price-infringement/price-infringement.ts'

export const listingModels: readonly ListingModel[] = [priceInfringementModel, operatorModel]
export const panelModels: readonly PanelModel[] = [priceAnomalyModel]
