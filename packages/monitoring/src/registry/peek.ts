/** The beginning of a file: what sort of sheet it is, its headings, and the first rows below them. */
import type { Bytes } from '@mingzheng/kernel'
import type { BlobStore } from '@mingzheng/storage'
import { readSheet, type SheetFormat, sheetFormat } from './read-sheet.ts'

export interface Peek {
  readonly format: SheetFormat
  readonly columns: readonly string[]
  readonly sample: readonly (readonly string[])[]
}

const ROWS = 20
const HEAD = 4096
const LONGEST = 200

/** Throws `sheet-unreadable` for what is no sheet, or has no row of headings. */
export async function peekSheet(blobs: Pick<BlobStore, 'open'>, blob: string, bytes: number): Promise<Peek> {
  const format = sheetFormat(await headOf(await blobs.open(blob), Math.min(HEAD, bytes)))
  const sample: string[][] = []
  let columns: string[] | null = null
  for await (const { cells } of readSheet(format, { open: () => blobs.open(blob) })) {
    const short = cells.map((cell) => cell.toWellFormed().slice(0, LONGEST))
    if (columns === null) columns = short
    else sample.push(short)
    if (sample.length >= ROWS) break
  }
  return { format, columns: columns ?? [], sample }
}

async function headOf(source: AsyncIterable<Bytes>, bytes: number): Promise<Bytes> {
  const head = new Uint8Array(bytes)
  let at = 0
  for await (const chunk of source) {
    const part = chunk.subarray(0, bytes - at)
    head.set(part, at)
    at += part.length
    if (at >= bytes) break
  }
  return head
}
