import type { Shop } from '../catalogue/shop.ts'
import { escapeText } from './html.ts'

/** A shop's sign: its first character on a seal in its colour. */
export function shopSign(shop: Pick<Shop, 'name' | 'hue'>): string {
  const letter = escapeText([...shop.name][0]!)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" rx="20" fill="hsl(${shop.hue} 42% 40%)"/><rect x="9" y="9" width="78" height="78" rx="13" fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="2"/><text x="48" y="65" text-anchor="middle" font-family="Noto Serif CJK SC, Songti SC, serif" font-size="48" font-weight="700" fill="#fff">${letter}</text></svg>`
}
