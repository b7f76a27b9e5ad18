/**
 * Pixels of a picture from the network: PNG (pngjs) and baseline or progressive JPEG (jpeg-js). What it is stands in its first bytes,
 * never in its name. Sizes are read from the header and bounded before anything is unpacked, so that a few bytes cannot fill the
 * memory; an interlaced PNG is refused, since its decoder unpacks without a bound. Time is bounded by `picture-reader.ts`.
 */
import { Failure } from '@mingzheng/kernel'
import { decode as decodeJpeg } from 'jpeg-js'
import { PNG } from 'pngjs'

/**
 * `picture-type`: neither PNG nor JPEG, or of a kind that is not read; `picture-size`: too many bytes or pixels, or too few to see
 * anything; `picture-damaged`: it breaks off or contradicts itself; `picture-slow`: reading it took too long.
 */
export type PictureCode = 'picture-type' | 'picture-size' | 'picture-damaged' | 'picture-slow'

export interface Pixels {
  readonly width: number
  readonly height: number
  /** Four bytes a pixel: red, green, blue, how opaque. */
  readonly rgba: Uint8Array
}

export const MOST_BYTES = 4 << 20
const MOST_PIXELS = 16_000_000
const LONGEST_SIDE = 12_000
/** A side with fewer pixels shows no logo. */
const SHORTEST_SIDE = 16
const MEMORY_MB = 256

/** `null` for what is neither; the type is judged by content (PNG 3, 5.2; JPEG: ISO/IEC 10918-1, B.1.1.3). */
export function pictureType(bytes: Uint8Array): 'image/png' | 'image/jpeg' | null {
  const starts = (...first: number[]) => first.every((byte, i) => bytes[i] === byte)
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  return starts(0xff, 0xd8, 0xff) ? 'image/jpeg' : null
}

/** Throws a `PictureCode`. */
export function decodePicture(bytes: Uint8Array): Pixels {
  if (bytes.length > MOST_BYTES) throw refusal('picture-size', `a picture has at most ${MOST_BYTES >> 20} MB`)
  const type = pictureType(bytes)
  if (type === null) throw refusal('picture-type', 'only PNG and JPEG pictures are read')
  try {
    return type === 'image/png' ? readPng(bytes) : readJpeg(bytes)
  } catch (error) {
    if (error instanceof Failure) throw error
    throw refusal('picture-damaged', 'the picture is broken', error)
  }
}

function readPng(bytes: Uint8Array): Pixels {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.length < 33 || view.toString('latin1', 12, 16) !== 'IHDR') {
    throw refusal('picture-damaged', 'the PNG picture has no header')
  }
  checkSize(view.readUInt32BE(16), view.readUInt32BE(20))
  if (view[28] !== 0) throw refusal('picture-type', 'an interlaced PNG is not read')
  const { width, height, data } = PNG.sync.read(view)
  return { width, height, rgba: data }
}

function readJpeg(bytes: Uint8Array): Pixels {
  const size = jpegSize(bytes)
  if (size === null) throw refusal('picture-damaged', 'the JPEG picture has no frame')
  checkSize(size.width, size.height)
  const { width, height, data } = decodeJpeg(bytes, {
    useTArray: true,
    formatAsRGBA: true,
    tolerantDecoding: true,
    maxResolutionInMP: MOST_PIXELS / 1e6,
    maxMemoryUsageInMB: MEMORY_MB,
  })
  return { width, height, rgba: data }
}

/** From the first frame header (ISO/IEC 10918-1, B.2.2). */
function jpegSize(bytes: Uint8Array): { width: number; height: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 2
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at++
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    at += 2 + view.getUint16(at + 2)
  }
  return null
}

function checkSize(width: number, height: number): void {
  const fits = width <= LONGEST_SIDE && height <= LONGEST_SIDE && width * height <= MOST_PIXELS
  if (!fits) throw refusal('picture-size', `${width} × ${height} pixels are too many`)
  if (Math.min(width, height) < SHORTEST_SIDE) throw refusal('picture-size', `${width} × ${height} pixels are too few`)
}

function refusal(code: PictureCode, detail: string, cause?: unknown): Failure<PictureCode> {
  return new Failure<PictureCode>(code, detail, {
    field: 'picture',
    remedy: 'send a PNG or JPEG picture of ordinary size',
    ...(cause === undefined ? {} : { cause }),
  })
}
