/**
 * Two captures side by side: what text came and went, how much of the picture changed. Packages never change, so a comparison is
 * worked out once for its pair of packages.
 */
import {
  type CaptureComparison,
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
import { recentResults } from '../recent-results.ts'

export interface ComparisonParts {
  as<T>(person: Person, fn: (tx: Transaction<EvidenceTables>) => Promise<T>): Promise<T>
  openBlob(key: string): Promise<RandomAccess>
}

/** Pictures larger than this are compared by text alone: decoding them would take the memory of the whole server. */
const PICTURE_LIMIT_BYTES = 30_000_000

/** Room for comparisons that were asked for lately; most of it are their pictures. */
const KEPT_BYTES = 64_000_000

interface Contents {
  text: string
  picture: Uint8Array | null
}

interface Side {
  edition: EditionRecord
  page: { text: string | null; picture: string | null } | undefined
}

const bytesOf = ({ text, picture }: CaptureComparison) =>
  (picture?.png.length ?? 0) + text.changes.reduce((sum, { lines }) => sum + lines.join('').length * 2, 0)

export function comparisonRoutes(
  parts: ComparisonParts,
): Handlers<Person, 'evidence.compare' | 'evidence.comparePicture'> {
  const recent = recentResults<CaptureComparison>(KEPT_BYTES, bytesOf)

  /** Who may not see it, or asks too early, is refused before anything is looked up among the kept. */
  async function side(person: Person, number: string, field: string): Promise<Side | Refusal> {
    const found = await parts.as(person, async (tx) => {
      const row = await findEvidence(tx, number)
      const edition = row === null ? null : await findEdition(tx, number)
      return row === null || edition === null ? null : { row, edition }
    })
    if (found === null) return refuse('not-found', 'there is no such evidence, or it is not fixed yet', { field })
    return { edition: found.edition, page: found.row.facts.pages[0] }
  }

  async function contentsOf({ edition, page }: Side): Promise<Contents> {
    const opened = await openPackage(await parts.openBlob(edition.blob_key))
    const picture = page?.picture == null ? null : opened.find(page.picture)
    return {
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

  /** Not stopped when one who asked goes away: another may be waiting for the same. It is bounded in time by itself. */
  async function compare(person: Person, query: { left: string; right: string }) {
    const sides = await both(person, query)
    if (isRefusal(sides)) return sides
    return recent.get(sides.map(({ edition }) => edition.package_sha256).join(), async () => {
      const [left, right] = await Promise.all([contentsOf(sides[0]), contentsOf(sides[1])])
      const pictures: [Uint8Array, Uint8Array] | null =
        left.picture === null || right.picture === null ? null : [left.picture, right.picture]
      return compareApart({ texts: [left.text, right.text], pictures })
    })
  }

  return {
    'evidence.compare': async ({ query, principal }) => {
      const compared = await compare(principal, query)
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
    'evidence.comparePicture': async ({ query, principal }) => {
      const compared = await compare(principal, query)
      if (isRefusal(compared)) return compared
      if (compared.picture === null) return refuse('not-found', 'there are not two pictures to compare')
      return bytesAnswer(compared.picture.png, 'image/png')
    },
  }
}
