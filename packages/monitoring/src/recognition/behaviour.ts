/** What is looked for: the thirteen behaviours, by the names that findings carry. */
export const BEHAVIOURS = [
  'banned-goods',
  'false-propaganda',
  'price-infringement',
  'pyramid-selling',
  'ip-infringement',
  'operator',
  'choose-one',
  'price-discrimination',
  'below-cost',
  'vertical-agreement',
  'concentration',
  'brushing',
  'price-anomaly',
] as const
export type Behaviour = (typeof BEHAVIOURS)[number]
