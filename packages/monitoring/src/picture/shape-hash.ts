/**
 * The shape in a region as bits: how far each place lies from the colour of its ground, whatever both colours are. Two hashes stand
 * beside each other: the signs of the 63 lowest frequencies of a 32 × 32 cosine transform (as pHash does), and 16 × 16 block means.
 */
import { type Box, type Colour, differenceOf } from './regions.ts'
import type { SmallPicture } from './small-picture.ts'

export interface ShapeHash {
  /** Width over height. */
  readonly aspect: number
  /** 8 bytes of frequencies, 32 of blocks, hex. */
  readonly bits: string
  /** How often blocks differ from their neighbours: a disc or bar has few such places. */
  readonly turns: number
}

const GRID = 32
const LOW = 8
const BLOCKS = 16

/** `null` where nothing stands out. */
export function shapeHash(picture: SmallPicture, box: Box, ground: Colour): ShapeHash | null {
  const field = fieldOf(picture, box, ground)
  if (field === null) return null
  const blocks = blockBits(field)
  const frequencies = frequencyBits(field)
  return {
    aspect: box.width / box.height,
    bits: Buffer.concat([packed(frequencies), packed(blocks)]).toString('hex'),
    turns: turnsOf(blocks),
  }
}

/** 32 × 32 averages of the distance from the ground, 0 to 1. */
function fieldOf(picture: SmallPicture, box: Box, ground: Colour): Float64Array | null {
  const distances = new Float64Array(box.width * box.height)
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) {
      distances[y * box.width + x] = differenceOf(picture.rgb, (box.y + y) * picture.width + box.x + x, ground)
    }
  }
  // What stands out most is of several colours: each counts as one from the middle distance of those that stand out.
  const out = distances.filter((distance) => distance > 48).sort()
  if (out.length < 0.01 * distances.length) return null
  const full = Math.max(48, out[Math.floor(out.length / 2)]! * 0.9)
  const field = new Float64Array(GRID * GRID)
  for (let gy = 0; gy < GRID; gy++) {
    for (let gx = 0; gx < GRID; gx++) field[gy * GRID + gx] = cellMean(distances, box, gx, gy, full)
  }
  return field
}

/** The mean over a cell, pixels on its edges by the share that lies in it. */
function cellMean(distances: Float64Array, { width, height }: Box, gx: number, gy: number, full: number): number {
  const [x0, x1] = [(gx * width) / GRID, ((gx + 1) * width) / GRID]
  const [y0, y1] = [(gy * height) / GRID, ((gy + 1) * height) / GRID]
  let sum = 0
  for (let y = Math.floor(y0); y < y1; y++) {
    const dy = Math.min(y1, y + 1) - Math.max(y0, y)
    for (let x = Math.floor(x0); x < x1; x++) {
      const dx = Math.min(x1, x + 1) - Math.max(x0, x)
      sum += dx * dy * Math.min(1, distances[Math.min(height - 1, y) * width + Math.min(width - 1, x)]! / full)
    }
  }
  return sum / ((x1 - x0) * (y1 - y0))
}

const COSINES = Float64Array.from({ length: LOW * GRID }, (_, i) =>
  Math.cos((Math.PI / GRID) * ((i % GRID) + 0.5) * Math.floor(i / GRID)),
)

function frequencyBits(field: Float64Array): boolean[] {
  const rows = new Float64Array(GRID * LOW)
  for (let y = 0; y < GRID; y++) {
    for (let u = 0; u < LOW; u++) {
      let sum = 0
      for (let x = 0; x < GRID; x++) sum += field[y * GRID + x]! * COSINES[u * GRID + x]!
      rows[y * LOW + u] = sum
    }
  }
  const low: number[] = []
  for (let v = 0; v < LOW; v++) {
    for (let u = 0; u < LOW; u++) {
      if (u === 0 && v === 0) continue
      let sum = 0
      for (let y = 0; y < GRID; y++) sum += rows[y * LOW + u]! * COSINES[v * GRID + y]!
      low.push(sum)
    }
  }
  const middle = [...low].sort((a, b) => a - b)[Math.floor(low.length / 2)]!
  return [...low.map((one) => one > middle), false]
}

function blockBits(field: Float64Array): boolean[] {
  const step = GRID / BLOCKS
  const means = new Float64Array(BLOCKS * BLOCKS)
  for (let y = 0; y < GRID; y++) {
    for (let x = 0; x < GRID; x++) {
      means[Math.floor(y / step) * BLOCKS + Math.floor(x / step)]! += field[y * GRID + x]! / (step * step)
    }
  }
  const mean = means.reduce((sum, one) => sum + one, 0) / means.length
  return Array.from(means, (one) => one > mean)
}

function turnsOf(blocks: readonly boolean[]): number {
  let turns = 0
  for (let i = 0; i < blocks.length; i++) {
    if (i % BLOCKS > 0 && blocks[i] !== blocks[i - 1]) turns++
    if (i >= BLOCKS && blocks[i] !== blocks[i - BLOCKS]) turns++
  }
  return turns
}

function packed(bits: readonly boolean[]): Buffer {
  const bytes = Buffer.alloc(bits.length / 8)
  bits.forEach((bit, i) => {
    if (bit) bytes[i >> 3]! |= 128 >> (i & 7)
  })
  return bytes
}
