import { Failure } from '@mingzheng/kernel'

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

/** Compares two visible texts line by line. */
export function compareTexts(_earlier: string, _later: string): TextComparison {
  throw new Failure('unreachable', 'being built')
}

/** Compares two PNG pictures; sizes may differ. */
export async function comparePictures(_earlier: Uint8Array, _later: Uint8Array): Promise<PictureComparison> {
  throw new Failure('unreachable', 'being built')
}
