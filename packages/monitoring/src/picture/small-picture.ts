/** A picture as regions are sought in it: small, opaque, three bytes a pixel. */
import type { Pixels } from './decode-picture.ts'

export interface SmallPicture {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
  /** Pixels of the original for each of its own. */
  readonly scale: number
}

/** Longest side. */
const SIDE = 384
const [WHITE, DARK] = [255, 32]

/** Averages of the pixels that fall on each; what is transparent stands on white, or on dark where what it shows is itself white. */
export function smallPicture({ width, height, rgba }: Pixels): SmallPicture {
  const scale = Math.max(1, Math.max(width, height) / SIDE)
  const [w, h] = [Math.max(1, Math.round(width / scale)), Math.max(1, Math.round(height / scale))]
  const ground = groundOf(rgba)
  const sums = new Float64Array(w * h * 3)
  const counts = new Uint32Array(w * h)
  for (let y = 0; y < height; y++) {
    const row = Math.min(h - 1, Math.floor((y * h) / height)) * w
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4
      const to = row + Math.min(w - 1, Math.floor((x * w) / width))
      const opaque = rgba[from + 3]! / 255
      const through = ground * (1 - opaque)
      sums[to * 3]! += rgba[from]! * opaque + through
      sums[to * 3 + 1]! += rgba[from + 1]! * opaque + through
      sums[to * 3 + 2]! += rgba[from + 2]! * opaque + through
      counts[to]!++
    }
  }
  const rgb = new Uint8Array(w * h * 3)
  for (let i = 0; i < rgb.length; i++) rgb[i] = Math.round(sums[i]! / Math.max(1, counts[Math.floor(i / 3)]!))
  return { width: w, height: h, rgb, scale }
}

function groundOf(rgba: Uint8Array): number {
  let [light, all] = [0, 0]
  let transparent = false
  for (let i = 0; i < rgba.length; i += 4) {
    const opaque = rgba[i + 3]! / 255
    if (opaque < 0.5) transparent = true
    light += opaque * Math.min(rgba[i]!, rgba[i + 1]!, rgba[i + 2]!)
    all += opaque
  }
  return transparent && all > 0 && light / all > 200 ? DARK : WHITE
}
