/** The registered logo that a picture of a listing was seen to show (docs/models/logo.md). */
import type { Listing } from '../line.ts'

export interface ShownLogo {
  readonly brand: string
  /** 0 to 1. */
  readonly likeness: number
  /** Goods imported beside the brand's own channel: genuine ones are lawful to name by their mark, so the mark says nothing. */
  readonly parallel: boolean
}

const PARALLEL = /平行进口|平行输入|海外直邮|保税仓|保税区发货|跨境进口|免税店购/

/** The likest of those in `images`; `null` where none is shown. */
export function shownLogo({ images, title, description, attributes }: Listing): ShownLogo | null {
  let best: { brand: string; likeness: number } | null = null
  for (const image of images) {
    const logo = typeof image === 'object' && image !== null ? (image as { logo?: unknown }).logo : undefined
    if (typeof logo !== 'object' || logo === null) continue
    const { brand, likeness } = logo as { brand?: unknown; likeness?: unknown }
    if (typeof brand !== 'string' || typeof likeness !== 'number' || !(likeness >= 0 && likeness <= 1)) continue
    if (best === null || likeness > best.likeness) best = { brand, likeness }
  }
  if (best === null) return null
  const said = [title, description, ...Object.values(attributes)].filter((text) => typeof text === 'string')
  return { ...best, parallel: said.some((text) => PARALLEL.test(text)) }
}
