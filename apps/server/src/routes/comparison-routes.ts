/** Two captures side by side: what text came and went, how much of the picture changed. */
import {
  compareApart,
  type EditionRecord,
  type EvidenceTables,
  findEdition,
  findEvidence,
  openPackage,
} from '@mingzheng/evidence'
import { fromUtf8, isRefusal, type Refusal, refuse } from '@mingzheng/kernel'
import type { RandomAccess } from '@mingzheng/proof'
import type { Transaction } from 'kysely'
import { bytesAnswer } from '../http/file-answer.ts'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'

export interface ComparisonParts {
  as<T>(person: Person, fn: (tx: Transaction<EvidenceTables>) => Promise<T>): Promise<T>
  openBlob(key: string): Promise<RandomAccess>
}

/** Pictures larger than this are compared by text alone: decoding them would take the memory of the whole server. */
const PICTURE_LIMIT_BYTES = 30_000_000

interface Side {
  edition: EditionRecord
  text: string
  picture: Uint8Array | null
}

export function comparisonRoutes(
  parts: ComparisonParts,
): Handlers<Person, 'evidence.compare' | 'evidence.comparePicture'> {
  async function side(person: Person, number: string, field: string): Promise<Side | Refusal> {
    const found = await parts.as(person, async (tx) => {
      const row = await findEvidence(tx, number)
      const edition = row === null ? null : await findEdition(tx, number)
      return row === null || edition === null ? null : { row, edition }
    })
    if (found === null) return refuse('not-found', 'there is no such evidence, or it is not fixed yet', { field })
    const page = found.row.facts.pages[0]
    const opened = await openPackage(await parts.openBlob(found.edition.blob_key))
    const picture = page?.picture == null ? null : opened.find(page.picture)
    return {
      edition: found.edition,
      text: page?.text == null ? '' : fromUtf8(await opened.read(page.text)),
      picture: picture === null || picture.bytes > PICTURE_LIMIT_BYTES ? null : await opened.read(picture.path),
    }
  }

  async function both(person: Person, query: { left: string; right: string }): Promise<[Side, Side] | Refusal> {
    const left = await side(person, query.left, 'left')
    if (isRefusal(left)) return left
    const right = await side(person, query.right, 'right')
    return isRefusal(right) ? right : [left, right]
  }

  async function compare(person: Person, query: { left: string; right: string }, signal: AbortSignal) {
    const sides = await both(person, query)
    if (isRefusal(sides)) return sides
    const [left, right] = sides
    const pictures: [Uint8Array, Uint8Array] | null =
      left.picture === null || right.picture === null ? null : [left.picture, right.picture]
    return compareApart({ texts: [left.text, right.text], pictures }, signal)
  }

  return {
    'evidence.compare': async ({ query, principal, signal }) => {
      const compared = await compare(principal, query, signal)
      if (isRefusal(compared)) return compared
      const { text, picture } = compared
      return {
        left: query.left,
        right: query.right,
        text: text.changes.flatMap(({ kind, lines }) => lines.map((line) => ({ kind, line }))),
        picture:
          picture === null ? null : { changedShare: picture.share, width: picture.width, height: picture.height },
      }
    },
    'evidence.comparePicture': async ({ query, principal, signal }) => {
      const compared = await compare(principal, query, signal)
      if (isRefusal(compared)) return compared
      if (compared.picture === null) return refuse('not-found', 'there are not two pictures to compare')
      return bytesAnswer(compared.picture.png, 'image/png')
    },
  }
}
