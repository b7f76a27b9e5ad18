/** Which listings offer the same product: by a code of it, else by brand and title. */
import { textAttribute } from './fields.ts'
import type { Listing } from './line.ts'

const CODES = [
  'product_id',
  'gtin',
  'gtin13',
  'ean',
  'barcode',
  'upc',
  'spu',
  'spu_id',
  'model',
  'model_number',
  '条码',
  '商品条码',
  '型号',
  '货号',
]

/** A name that offers of the same product share, or `null` where nothing says what it is. */
export function productOf(listing: Listing): string | null {
  const code = textAttribute(listing, CODES)
  const brand = bare(listing.brand ?? '')
  if (code) return `${brand}\0code\0${bare(code)}`
  const title = bare(listing.title ?? '')
  return title.length < 4 ? null : `${brand}\0title\0${title}`
}

function bare(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}
