/** Every code with which the parsers and writers of entries, notes, proofs, policies and tiles fail. Closed: docs/formats names each. */
import { Failure, type FailureOptions } from '@mingzheng/kernel'

export const FORMAT_FAILURE_CODES = [
  'entry-malformed',
  'commitment-malformed',
  'opening-malformed',
  'note-malformed',
  'note-duplicate',
  'vkey-malformed',
  'checkpoint-malformed',
  'proof-malformed',
  'policy-malformed',
  'renewal-malformed',
  'policy-chain-malformed',
  'equivocation-malformed',
  'cross-chain-malformed',
  /** An index or size that the tree does not have. */
  'proof-range',
  /** Stored nodes that do not fit the size of their tree. */
  'range-malformed',
  'tile-malformed',
  'bundle-malformed',
  /** A sealed file's header, key or size that is none. */
  'sealed-malformed',
  /** A part of a sealed file that does not open. */
  'sealed-broken',
] as const

export type FormatFailureCode = (typeof FORMAT_FAILURE_CODES)[number]

/** A failure of this package's formats; throw it. */
export function formatFailure(
  code: FormatFailureCode,
  message: string,
  options: FailureOptions = {},
): Failure<FormatFailureCode> {
  return new Failure(code, message, options)
}
