/** Two captures of the same page beside each other: what changed in the words, what changed in the picture. */
import { promisify } from 'node:util'
import { Failure } from '@mingzheng/kernel'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'
import { diffLines } from './diff-lines.ts'

export type CompareCode = 'picture-unreadable' | 'picture-too-large'

/** One run of lines of the visible text: in both, only in the earlier, only in the later capture. */
export interface TextChange {
  kind: 'same' | 'removed' | 'added'
  lines: string[]
}

export interface TextComparison {
  changes: TextChange[]
  /** Lines that went, lines that came. */
  removed: number
  added: number
}

export interface PictureComparison {
  /** PNG: the later picture pale, differences in red; as large as the larger of both. */
  png: Uint8Array
  width: number
  height: number
  /** Pixels that differ, and their share of all, 0 to 1. */
  differentPixels: number
  share: number
}

/** Compares two visible texts line by line; spaces at the ends of lines and empty lines do not count. */
export function compareTexts(earlier: string, later: string): TextComparison {
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
  const changes = diffLines(lines(earlier), lines(later))
  const count = (kind: TextChange['kind']) =>
    changes.reduce((sum, change) => sum + (change.kind === kind ? change.lines.length : 0), 0)
  return { changes, removed: count('removed'), added: count('added') }
}

const MOST_PIXELS = 100_000_000
/** How far two colours may lie apart and count as the same, 0 to 1: antialiasing is no change. */
const THRESHOLD = 0.1

/**
 * Compares two PNG pictures; what one has and the other has not differs. Throws `picture-unreadable`,
 * `picture-too-large` (more than 100 million pixels). Holds both pictures unpacked, 4 bytes a pixel.
 */
export async function comparePictures(earlier: Uint8Array, later: Uint8Array): Promise<PictureComparison> {
  const [a, b] = await Promise.all([readPng(earlier), readPng(later)])
  const width = Math.max(a.width, b.width)
  const height = Math.max(a.height, b.height)
  if (width * height > MOST_PIXELS) throw new Failure<CompareCode>('picture-too-large', 'more than 100 million pixels')
  const output = new PNG({ width, height })
  const differentPixels = pixelmatch(widened(a, width, height), widened(b, width, height), output.data, width, height, {
    threshold: THRESHOLD,
    alpha: 0.25,
    diffColor: [216, 30, 6],
  })
  const png = new Uint8Array(PNG.sync.write(output, { deflateLevel: 3 }))
  return { png, width, height, differentPixels, share: differentPixels / (width * height) }
}

async function readPng(bytes: Uint8Array): Promise<PNG> {
  // The size stands in the first chunk: a picture that would fill the memory is refused before it is unpacked.
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const isPng =
    view.length > 33 && view.toString('latin1', 1, 4) === 'PNG' && view.toString('latin1', 12, 16) === 'IHDR'
  if (!isPng) throw new Failure<CompareCode>('picture-unreadable', 'this is no PNG picture')
  if (view.readUInt32BE(16) * view.readUInt32BE(20) > MOST_PIXELS) {
    throw new Failure<CompareCode>('picture-too-large', 'more than 100 million pixels')
  }
  const png = new PNG()
  const parse = promisify(png.parse.bind(png)) as (data: Buffer) => Promise<PNG>
  try {
    return await parse(view)
  } catch (cause) {
    throw new Failure<CompareCode>('picture-unreadable', 'the PNG picture is broken', { cause })
  }
}

/** The pixels of a picture on a transparent ground of the given size. */
function widened(picture: PNG, width: number, height: number): Uint8Array {
  if (picture.width === width && picture.height === height) return picture.data
  const ground = new Uint8Array(width * height * 4)
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(y * picture.width * 4, (y + 1) * picture.width * 4)
    ground.set(row, y * width * 4)
  }
  return ground
}
