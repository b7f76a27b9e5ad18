/** What is known of a listing from one page; a field that the page does not say is `null`. */
export interface Facts {
  readonly title: string
  readonly description: string
  readonly category: string | null
  readonly brand: string | null
  /** Decimal. */
  readonly price: string | null
  readonly original_price: string | null
  /** ISO 4217. */
  readonly currency: string | null
  readonly sku: string | null
  readonly availability: string | null
  readonly images: readonly string[]
  readonly shop: string | null
  readonly operator: string | null
  readonly licence: string | null
  readonly rating: string | null
  readonly sales: string | null
  /** What its page lists by name, such as 型号 or 生产许可证. */
  readonly attributes: { readonly [name: string]: string }
}

/** What is known of a thing of which nothing has been read. */
export const NO_FACTS: Omit<Facts, 'title'> = {
  description: '',
  category: null,
  brand: null,
  price: null,
  original_price: null,
  currency: null,
  sku: null,
  availability: null,
  images: [],
  shop: null,
  operator: null,
  licence: null,
  rating: null,
  sales: null,
  attributes: {},
}
