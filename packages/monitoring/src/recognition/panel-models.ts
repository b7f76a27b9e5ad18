/** The models that look at many lines together, in the order of their behaviours. */
import { belowCostModel } from './below-cost/below-cost.ts'
import { brushingModel } from './brushing/brushing.ts'
import { chooseOneModel } from './choose-one/choose-one.ts'
import { concentrationModel } from './concentration/concentration.ts'
import type { PanelModel } from './model.ts'
import { priceAnomalyModel } from './price-anomaly/price-anomaly.ts'
import { priceDiscriminationModel } from './price-discrimination/price-discrimination.ts'
import { pyramidSellingModel } from './pyramid-selling/pyramid-selling.ts'
import { verticalAgreementModel } from './vertical-agreement/vertical-agreement.ts'

export const panelModels: readonly PanelModel[] = [
  pyramidSellingModel,
  chooseOneModel,
  priceDiscriminationModel,
  belowCostModel,
  verticalAgreementModel,
  concentrationModel,
  brushingModel,
  priceAnomalyModel,
]
