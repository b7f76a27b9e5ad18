/** The texts of a listing that a buyer reads: its own fields, what its pictures say, and what its attributes praise. */
import type { Listing } from '../line.ts'

export interface FieldText {
  /** Name of the field, such as `title` or `attributes.卖点`. */
  readonly field: string
  readonly text: string
}

const PRAISE =
  /卖点|功效|功能|宣传|文案|广告|标语|副标题|详情|slogan|subtitle|feature|selling|promotion|ocr|image_?text|copy|effect/i
const IN_PICTURE = ['ocr', 'text', 'alt', 'ocr_text', 'words', '文字']

/** Title and description first; never a review, since a buyer's word is no advertisement (执法指南（一）第四条第三项). */
export function textsOf(listing: Listing): FieldText[] {
  const found: FieldText[] = []
  if (listing.title) found.push({ field: 'title', text: listing.title })
  if (listing.description) found.push({ field: 'description', text: listing.description })
  for (const [name, value] of Object.entries(listing.attributes)) {
    if (!PRAISE.test(name)) continue
    if (typeof value === 'string') found.push({ field: `attributes.${name}`, text: value })
    else if (Array.isArray(value)) {
      value.forEach((one, i) => {
        if (typeof one === 'string') found.push({ field: `attributes.${name}.${i}`, text: one })
      })
    }
  }
  listing.images.forEach((image, i) => {
    if (typeof image !== 'object' || image === null) return
    for (const name of IN_PICTURE) {
      const words = (image as { [name: string]: unknown })[name]
      if (typeof words === 'string' && words !== '') found.push({ field: `images.${i}.${name}`, text: words })
    }
  })
  return found
}
