/** The blocks that a printed document is made of, in reading order: Chinese, with English beneath. */

export type CertificateBlock =
  | { kind: 'title'; text: string; under: string }
  /** A conspicuous notice: demonstration, incomplete, voided. */
  | { kind: 'notice'; text: string; under: string }
  | { kind: 'heading'; text: string; under: string }
  /** `mono`: digests and the like. */
  | { kind: 'field'; label: string; under: string; value: string; mono: boolean }
  | { kind: 'paragraph'; text: string; under: string }
  /** Where the page for people ends and the annex for machines begins. Prints nothing. */
  | { kind: 'annex' }
  /** One file: its path, its length, and both digests on lines of their own. */
  | { kind: 'file'; path: string; bytes: string; sha256: string; sm3: string }

/** The printed texts of a block in reading order. */
export function blockTexts(block: CertificateBlock): string[] {
  switch (block.kind) {
    case 'field':
      return [block.label, block.under, block.value]
    case 'file':
      return [block.path, block.bytes, block.sha256, block.sm3]
    case 'annex':
      return []
    default:
      return [block.text, block.under]
  }
}

/** A labelled value. */
export function fieldBlock(label: string, under: string, value: string, mono = false): CertificateBlock {
  return { kind: 'field', label, under, value, mono }
}

export const headingBlock = (text: string, under: string): CertificateBlock => ({ kind: 'heading', text, under })
export const noticeBlock = (text: string, under: string): CertificateBlock => ({ kind: 'notice', text, under })
export const paragraphBlock = (text: string, under: string): CertificateBlock => ({ kind: 'paragraph', text, under })
