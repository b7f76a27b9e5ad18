/**
 * Which certificates belong to a case: what a regulator seals to a court, so that the court finds them by the case's number and
 * the log tells nobody. It comes in pieces, each a holding of its own at the court. docs/formats/case-index.md.
 */
import { type Bytes, decodeJson, digest, encodeJson, Failure, type JsonValue, utf8 } from '@mingzheng/kernel'
import { z } from 'zod'

const pieceSchema = z.strictObject({
  version: z.literal(1),
  origin: z.string().min(1).max(200),
  entries: z
    .array(
      z.strictObject({
        case: z.string().min(1).max(200),
        number: z.string().regex(/^MZ-[1-9]\d{5}-\d{4}-\d{8}-[0-9A-HJKMNP-TV-Z]{16}$/),
        edition: z.number().int().min(1).max(9999),
      }),
    )
    .min(1)
    .max(10_000),
})

/** One piece: the editions that were fixed since the piece before. */
export type CaseIndexPiece = z.infer<typeof pieceSchema>

export function encodeCaseIndex(piece: CaseIndexPiece): Bytes {
  return encodeJson(pieceSchema.parse(piece) as JsonValue)
}

/** Throws `case-index-malformed` for anything but the canonical bytes of a piece. */
export function decodeCaseIndex(bytes: Bytes): CaseIndexPiece {
  try {
    return pieceSchema.parse(decodeJson(bytes))
  } catch (cause) {
    throw new Failure('case-index-malformed', 'not a piece of a case index', { cause })
  }
}

/** What stands in `custody.hand` in place of a certificate's number. */
export function caseIndexTag(origin: string): Bytes {
  return digest('sha256', utf8(`mingzheng case index v1\n${origin}`))
}

/** How a case's number is compared: as typed by people, who mix brackets, widths and blanks. */
export function foldCaseNumber(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[〔【[{｛（(]/g, '(')
    .replace(/[〕】\]}｝）)]/g, ')')
    .replace(/\s+/g, '')
    .toUpperCase()
}
