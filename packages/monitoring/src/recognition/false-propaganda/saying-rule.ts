/** A saying that a claim is put in, in many ways: a pattern, and what it weighs on a class of product. */
import type { Topic } from '../../law/citation.ts'
import type { ProductClass } from '../text/product-class.ts'

export interface SayingRule {
  readonly topic: Topic
  readonly name: string
  readonly words: RegExp
  /** What it weighs on a class of product; 0 where it is no claim. */
  readonly weigh: (productClass: ProductClass, text: string) => number
}

/** A weight on some classes alone. */
export const on =
  (weight: number, ...classes: readonly ProductClass[]) =>
  (productClass: ProductClass) =>
    classes.includes(productClass) ? weight : 0
