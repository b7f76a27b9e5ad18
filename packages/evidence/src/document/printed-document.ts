/** What the template takes: texts that are ready to be shown, long words in pieces. */
import type { CertificateBlock } from '@mingzheng/proof'
import { renderSVG } from 'uqr'

/** Room for hand-written signatures. */
export interface SignatureBlock {
  kind: 'signatures'
  signers: { label: string; under: string; date: string }[]
}

export type PrintedBlock = CertificateBlock | SignatureBlock

/** A block as the template takes it: every text in pieces. */
export type BrokenBlock = { kind: string; [name: string]: unknown }

/** Input of `templates/document.typ`. */
export interface PrintedDocument {
  title: string
  author: string
  /** Year, month, day, hour, minute, second in UTC: the document's date. */
  date: number[]
  /** SVG. */
  qr: string | null
  /** Footer text around page number and count. */
  footer: [string, string, string]
  /** Whether `people` is to be set as large as fits on one page. */
  onePage: boolean
  people: BrokenBlock[]
  annex: BrokenBlock[]
}

/** Splits what was printed for people from the annex, and lets long words break. */
export function layBlocks(blocks: readonly PrintedBlock[]): { people: BrokenBlock[]; annex: BrokenBlock[] } {
  const at = blocks.findIndex(({ kind }) => kind === 'annex')
  const people = at < 0 ? blocks : blocks.slice(0, at)
  const annex = at < 0 ? [] : blocks.slice(at + 1)
  return { people: people.map(breakable), annex: annex.map(breakable) }
}

/** UTC parts of a time, as the template takes them. */
export function dateParts(ms: number): number[] {
  return new Date(ms).toISOString().match(/\d+/g)!.slice(0, 6).map(Number)
}

/** QR code of an address, as SVG. */
export const qrOf = (address: string): string => renderSVG(address, { ecc: 'M', border: 0 })

/** A block whose texts are cut into pieces between which a line may break. */
function breakable(block: PrintedBlock): BrokenBlock {
  if (block.kind === 'signatures') {
    return { ...block, signers: block.signers.map((signer) => ({ ...signer, label: piecesOf(signer.label) })) }
  }
  const entries = Object.entries(block).map(([key, value]) => [
    key,
    typeof value === 'string' && key !== 'kind' ? piecesOf(value) : value,
  ])
  if (block.kind === 'file') {
    // The name of the digest is a piece of its own, so that the digits stand in a column.
    for (const key of ['sha256', 'sm3'] as const) entries.push([key, block[key].split(' ').flatMap(piecesOf)])
  }
  return Object.fromEntries(entries) as BrokenBlock
}

/** Lets words without a space in them (digests, addresses) break every eight characters. */
function piecesOf(text: string): string[] {
  return text.replace(/[\x21-\x7e\u00a1-\u00ff]{17,}/g, (word) => word.replace(/.{8}(?=.)/g, '$&\n')).split('\n')
}
