/** Pictures and logos as what is compared of them, and how alike they are. docs/models/logo.md. */
import { decodePicture } from './decode-picture.ts'
import { type Region, regionsOf, wholeRegions } from './regions.ts'
import { type ShapeHash, shapeHash } from './shape-hash.ts'
import { smallPicture } from './small-picture.ts'

/** Another way to hash is a new version: hashes of different versions are not compared. */
export const HASH_VERSION = 1

/** A place of a picture: left, top, width and height in its pixels. */
export type Place = readonly [x: number, y: number, width: number, height: number]
export interface PictureShape extends ShapeHash {
  readonly place: Place
}

/** Share of the bits that differ: of frequencies and of blocks together, at most; and each alone. */
export const MOST_APART = 0.17
const MOST_ALONE = 0.24
/** Factor by which the aspects may differ. */
const ASPECT = 1.22
/** A shape with fewer turns is a bar, a disc, a frame: too many things look like it. */
const LEAST_TURNS = 64
/** Sides that a crop may have taken off, as shares: left, top, right, bottom. */
const CROPS: readonly (readonly [number, number, number, number])[] = [
  [0, 0, 0, 0],
  [0.05, 0.05, 0.05, 0.05],
  [0.08, 0, 0, 0],
  [0, 0.08, 0, 0],
  [0, 0, 0.08, 0],
  [0, 0, 0, 0.08],
]

/** What a logo is known by: its drawing, whole and a little cropped. Empty for one that is too plain. Throws a `PictureCode`. */
export function logoShapes(bytes: Uint8Array): ShapeHash[] {
  const picture = smallPicture(decodePicture(bytes))
  return wholeRegions(picture).flatMap((region) => {
    const whole = shapeHash(picture, region, region.ground)
    if (whole === null || whole.turns < LEAST_TURNS) return []
    return CROPS.flatMap((crop) => {
      const hash = shapeHash(picture, cropped(region, crop), region.ground)
      return hash === null || hash.turns < LEAST_TURNS ? [] : [hash]
    })
  })
}

/** What stands in a picture. Throws a `PictureCode`. */
export function pictureShapes(bytes: Uint8Array): PictureShape[] {
  const picture = smallPicture(decodePicture(bytes))
  return regionsOf(picture).flatMap((region) => {
    const hash = shapeHash(picture, region, region.ground)
    if (hash === null || hash.turns < LEAST_TURNS) return []
    const { x, y, width, height } = region
    const place = [x, y, width, height].map((side) => Math.round(side * picture.scale)) as [
      number,
      number,
      number,
      number,
    ]
    return [{ ...hash, place }]
  })
}

function cropped(
  { x, y, width, height }: Region,
  [left, top, right, bottom]: readonly [number, number, number, number],
) {
  const [dx, dy] = [Math.round(left * width), Math.round(top * height)]
  return {
    x: x + dx,
    y: y + dy,
    width: Math.max(1, width - dx - Math.round(right * width)),
    height: Math.max(1, height - dy - Math.round(bottom * height)),
  }
}

/** Share of the bits that differ, 0 to 1; `null` where the two are not alike enough to count. */
export function apart(a: Pick<ShapeHash, 'aspect' | 'bits'>, b: Pick<ShapeHash, 'aspect' | 'bits'>): number | null {
  const ratio = a.aspect / b.aspect
  if (ratio > ASPECT || ratio < 1 / ASPECT) return null
  const frequencies = differing(a.bits.slice(0, 16), b.bits.slice(0, 16)) / 63
  const blocks = differing(a.bits.slice(16), b.bits.slice(16)) / 256
  if (frequencies > MOST_ALONE || blocks > MOST_ALONE) return null
  const both = (frequencies + blocks) / 2
  return both > MOST_APART ? null : both
}

const ONES = Uint8Array.from({ length: 16 }, (_, i) => i.toString(2).replaceAll('0', '').length)

function differing(a: string, b: string): number {
  let n = 0
  for (let i = 0; i < a.length; i++) n += ONES[Number.parseInt(a[i]!, 16) ^ Number.parseInt(b[i]!, 16)]!
  return n
}

export interface KnownLogo {
  readonly brand: string
  /** Digest of the logo's picture, hex. */
  readonly sha256: string
  readonly shapes: readonly Pick<ShapeHash, 'aspect' | 'bits'>[]
}

/** The logo that a picture shows, and where. */
export interface LogoLikeness {
  readonly brand: string
  /** Digest of the logo's picture, hex. */
  readonly logo: string
  /** 1: no bit differs. */
  readonly likeness: number
  readonly place: Place
}

/** The likest of the logos; `null` where none is alike. */
export function likestLogo(shapes: readonly PictureShape[], logos: readonly KnownLogo[]): LogoLikeness | null {
  let best: LogoLikeness | null = null
  for (const shape of shapes) {
    for (const { brand, sha256, shapes: known } of logos) {
      for (const one of known) {
        const far = apart(shape, one)
        if (far === null) continue
        const likeness = Math.round((1 - far) * 1000) / 1000
        if (best === null || likeness > best.likeness) best = { brand, logo: sha256, likeness, place: shape.place }
      }
    }
  }
  return best
}
