/** Two captures of the same page side by side: their visible text line by line, their pictures pixel by pixel. */
import { diffArrays } from 'diff'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'

/** One run of lines of the visible text: in both, only in the earlier, only in the later capture. */
export interface TextChange {
  kind: 'same' | 'removed' | 'added'
  lines: string[]
}

export interface TextComparison {
  changes: TextChange[]
  removed: number
  added: number
}

export interface PictureComparison {
  /** PNG of the later picture in grey with differences marked; as large as the larger of both. */
  png: Uint8Array
  width: number
  height: number
  /** Pixels that differ, and their share of all, 0 to 1. */
  differentPixels: number
  share: number
}

/** Differences looked for at most, and for how long: a hostile page may hold two texts that share nothing. */
const MOST_EDITS = 20_000
const PATIENCE_MS = 2_000

const linesOf = (text: string) => text.split(/\r?\n/).map((line) => line.trimEnd())

/** Compares two visible texts line by line. Texts too different for an answer in time are one removed and one added. */
export function compareTexts(earlier: string, later: string): TextComparison {
  const before = linesOf(earlier)
  const after = linesOf(later)
  const runs = diffArrays(before, after, { maxEditLength: MOST_EDITS, timeout: PATIENCE_MS }) ?? [
    { removed: true, added: false, value: before },
    { removed: false, added: true, value: after },
  ]
  const changes = runs.map(({ added, removed, value }): TextChange => {
    return { kind: added ? 'added' : removed ? 'removed' : 'same', lines: value }
  })
  const count = (kind: TextChange['kind']) =>
    changes.reduce((sum, change) => sum + (change.kind === kind ? change.lines.length : 0), 0)
  return { changes, removed: count('removed'), added: count('added') }
}

/** The picture on a white canvas of this size. */
function onCanvas(picture: PNG, width: number, height: number): Uint8Array {
  if (picture.width === width && picture.height === height) return picture.data
  const canvas = new Uint8Array(width * height * 4).fill(255)
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(y * picture.width * 4, (y + 1) * picture.width * 4)
    canvas.set(row, y * width * 4)
  }
  return canvas
}

/** Compares two PNG pictures; sizes may differ, the smaller then stands on white. Small colour noise counts as equal. */
export async function comparePictures(earlier: Uint8Array, later: Uint8Array): Promise<PictureComparison> {
  const before = PNG.sync.read(Buffer.from(earlier))
  const after = PNG.sync.read(Buffer.from(later))
  const width = Math.max(before.width, after.width)
  const height = Math.max(before.height, after.height)
  const marked = new PNG({ width, height })
  const differentPixels = pixelmatch(
    onCanvas(before, width, height),
    onCanvas(after, width, height),
    marked.data,
    width,
    height,
    { threshold: 0.1, alpha: 0.3 },
  )
  return {
    png: new Uint8Array(PNG.sync.write(marked)),
    width,
    height,
    differentPixels,
    share: differentPixels / (width * height),
  }
}
