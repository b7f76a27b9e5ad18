/**
 * Places of a picture where something stands on an even ground: the whole drawing, and its parts. A logo is found where its ground is
 * even: alone, in a corner, on a box, on plain cloth. On a texture or across a photograph it is not found.
 */
import type { SmallPicture } from './small-picture.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A place, in pixels of the small picture, with the colour of what it stands on. */
export interface Region extends Box {
  readonly ground: Colour
}
export type Colour = readonly [red: number, green: number, blue: number]

/** Sum of the differences of three colours, from which on a pixel is not ground. */
const APART = 72
/** Share of a frame's or box's pixels that must be of one colour for it to be the ground. */
const [EVEN_FRAME, EVEN_BOX] = [0.6, 0.3]
const DEEPEST = 2
const MOST = 28
const SHORTEST = 14
/** Gaps, as shares of the box's longer side, over which parts belong together. */
const GAPS = [0.012, 0.045]

/** The largest first; at most `MOST`. */
export function regionsOf(picture: SmallPicture): Region[] {
  const found: Region[] = []
  explore(picture, { x: 0, y: 0, width: picture.width, height: picture.height }, 0, found)
  return found.sort((a, b) => b.width * b.height - a.width * a.height).slice(0, MOST)
}

/** The drawing of a picture as a whole, and what stands within its frame where it has one; the outermost first. */
export function wholeRegions(picture: SmallPicture): Region[] {
  const found: Region[] = []
  let box: Box = { x: 0, y: 0, width: picture.width, height: picture.height }
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const ground = groundOf(picture, box)
    if (ground === null) break
    const tight = tightBox(maskOf(picture, box, ground), box)
    if (tight === null) break
    found.push({ ...tight, ground })
    if (tight.width === box.width && tight.height === box.height) break
    box = tight
  }
  return found
}

function explore(picture: SmallPicture, box: Box, depth: number, found: Region[]): void {
  const ground = groundOf(picture, box)
  if (ground === null) return
  const mask = maskOf(picture, box, ground)
  const tight = tightBox(mask, box)
  if (tight === null) return
  add(found, { ...tight, ground })
  const inner: Box[] = smaller(tight, box) ? [tight] : []
  for (const gap of GAPS) {
    for (const part of partsOf(mask, box, Math.max(1, Math.round(gap * Math.max(box.width, box.height))))) {
      if (add(found, { ...part, ground })) inner.push(part)
    }
  }
  if (depth < DEEPEST) for (const one of inner.slice(0, 8)) explore(picture, one, depth + 1, found)
}

const smaller = (a: Box, b: Box) => a.width * a.height < 0.98 * b.width * b.height

function add(found: Region[], region: Region): boolean {
  if (Math.min(region.width, region.height) < SHORTEST || found.length > 4 * MOST) return false
  if (found.some((one) => overlap(one, region) > 0.96 && near(one.ground, region.ground))) return false
  found.push(region)
  return true
}

const near = (a: Colour, b: Colour) => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]) < APART

/** Shared area over the area of both. */
function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  return (width * height) / (a.width * a.height + b.width * b.height - width * height)
}

/** The colour of the box's frame, else of most of it; `null` where neither is even. */
function groundOf(picture: SmallPicture, box: Box): Colour | null {
  if (Math.min(box.width, box.height) < SHORTEST) return null
  return (
    commonColour(picture, framePixels(picture, box), EVEN_FRAME) ??
    commonColour(picture, boxPixels(picture, box), EVEN_BOX)
  )
}

function* framePixels({ width }: SmallPicture, box: Box): Generator<number> {
  for (let y = 0; y < box.height; y++) {
    const edge = y < 2 || y >= box.height - 2
    for (let x = 0; x < box.width; x++) {
      if (!edge && x === 2) x = Math.max(2, box.width - 2)
      yield (box.y + y) * width + box.x + x
    }
  }
}

function* boxPixels({ width }: SmallPicture, box: Box): Generator<number> {
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) yield (box.y + y) * width + box.x + x
  }
}

function commonColour({ rgb }: SmallPicture, pixels: Iterable<number>, share: number): Colour | null {
  // Bins that overlap by half on each axis would count more surely; neighbours are joined instead.
  const counts = new Uint32Array(4096)
  let all = 0
  const places: number[] = []
  for (const pixel of pixels) {
    counts[binOf(rgb, pixel)]!++
    places.push(pixel)
    all++
  }
  let best = 0
  for (let bin = 1; bin < 4096; bin++) if (counts[bin]! > counts[best]!) best = bin
  const sum = [0, 0, 0]
  let n = 0
  for (const pixel of places) {
    if (binOf(rgb, pixel) !== best) continue
    for (let c = 0; c < 3; c++) sum[c]! += rgb[pixel * 3 + c]!
    n++
  }
  if (n === 0) return null
  const colour: Colour = [sum[0]! / n, sum[1]! / n, sum[2]! / n]
  let close = 0
  for (const pixel of places) if (differenceOf(rgb, pixel, colour) < APART) close++
  return close >= share * all ? colour : null
}

const binOf = (rgb: Uint8Array, pixel: number) =>
  ((rgb[pixel * 3]! >> 4) << 8) | ((rgb[pixel * 3 + 1]! >> 4) << 4) | (rgb[pixel * 3 + 2]! >> 4)

export function differenceOf(rgb: Uint8Array, pixel: number, [red, green, blue]: Colour): number {
  const at = pixel * 3
  return Math.abs(rgb[at]! - red) + Math.abs(rgb[at + 1]! - green) + Math.abs(rgb[at + 2]! - blue)
}

function maskOf(picture: SmallPicture, box: Box, ground: Colour): Uint8Array {
  const mask = new Uint8Array(box.width * box.height)
  let i = 0
  for (const pixel of boxPixels(picture, box)) mask[i++] = differenceOf(picture.rgb, pixel, ground) > APART ? 1 : 0
  return mask
}

/** Around what is not ground; a row or column with a speck alone is ground. */
function tightBox(mask: Uint8Array, { x, y, width, height }: Box): Box | null {
  const [rows, columns] = [new Uint32Array(height), new Uint32Array(width)]
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue
    rows[Math.floor(i / width)]!++
    columns[i % width]!++
  }
  const [top, bottom] = ends(rows, Math.max(1, 0.01 * width))
  const [left, right] = ends(columns, Math.max(1, 0.01 * height))
  if (top > bottom || left > right) return null
  return { x: x + left, y: y + top, width: right - left + 1, height: bottom - top + 1 }
}

function ends(counts: Uint32Array, least: number): [first: number, last: number] {
  const first = counts.findIndex((n) => n >= least)
  return [first < 0 ? counts.length : first, counts.findLastIndex((n) => n >= least)]
}

/** Boxes around what hangs together over gaps of at most `gap` pixels; the largest twelve. */
function partsOf(mask: Uint8Array, box: Box, gap: number): Box[] {
  const [w, h] = [Math.ceil(box.width / gap), Math.ceil(box.height / gap)]
  const cells = new Uint8Array(w * h)
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 1) cells[Math.floor(Math.floor(i / box.width) / gap) * w + Math.floor((i % box.width) / gap)] = 1
  }
  const parts: Box[] = []
  const waiting: number[] = []
  for (let start = 0; start < cells.length; start++) {
    if (cells[start] !== 1) continue
    let [left, right, top, bottom] = [w, 0, h, 0]
    cells[start] = 2
    waiting.push(start)
    while (waiting.length > 0) {
      const cell = waiting.pop()!
      const [cx, cy] = [cell % w, Math.floor(cell / w)]
      left = Math.min(left, cx)
      right = Math.max(right, cx)
      top = Math.min(top, cy)
      bottom = Math.max(bottom, cy)
      for (let ny = Math.max(0, cy - 1); ny <= Math.min(h - 1, cy + 1); ny++) {
        for (let nx = Math.max(0, cx - 1); nx <= Math.min(w - 1, cx + 1); nx++) {
          if (cells[ny * w + nx] !== 1) continue
          cells[ny * w + nx] = 2
          waiting.push(ny * w + nx)
        }
      }
    }
    const part = within(mask, box, {
      x: left * gap,
      y: top * gap,
      width: (right - left + 1) * gap,
      height: (bottom - top + 1) * gap,
    })
    if (part !== null && Math.min(part.width, part.height) >= SHORTEST) parts.push(part)
  }
  return parts.sort((a, b) => b.width * b.height - a.width * a.height).slice(0, 12)
}

/** The tight box of the mask within a part of its box. */
function within(mask: Uint8Array, box: Box, part: Box): Box | null {
  const [width, height] = [Math.min(part.width, box.width - part.x), Math.min(part.height, box.height - part.y)]
  const piece = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const from = (part.y + y) * box.width + part.x
    piece.set(mask.subarray(from, from + width), y * width)
  }
  return tightBox(piece, { x: box.x + part.x, y: box.y + part.y, width, height })
}
