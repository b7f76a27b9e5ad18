/** Logos of brands on the register: added, shown, taken off. */
import type { BrandLogoView } from '@mingzheng/api'
import { recordAct } from '@mingzheng/identity'
import { type Bytes, concat, digest, Failure, isRefusal, refuse, toHex, utcText } from '@mingzheng/kernel'
import {
  addLogo,
  type BrandLogoRow,
  endLogo,
  findLogo,
  LARGEST_PICTURE,
  listLogos,
  type MonitoringTables,
  type PictureReader,
} from '@mingzheng/monitoring'
import type { BlobStore } from '@mingzheng/storage'
import type { Kysely } from 'kysely'
import { bytesAnswer } from '../http/file-answer.ts'
import { bodyOf, type Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import type { WatchRouteParts } from './watch-task-routes.ts'

type Names = 'brandLogos.list' | 'brandLogos.add' | 'brandLogos.end' | 'brandLogos.picture'

export interface BrandLogoRouteParts extends WatchRouteParts {
  readonly system: Kysely<MonitoringTables>
  readonly blobs: BlobStore
  readonly province: string
  /** Reads pictures in a thread of its own. */
  readonly pictures: Pick<PictureReader, 'logo'>
  /** Bytes that are kept under a digest; null when they are not held. */
  body(sha256: Uint8Array): Promise<Bytes | null>
}

const BODY_LIMIT_BYTES = 1024 ** 3

function logoView(row: BrandLogoRow): BrandLogoView {
  return {
    id: row.id,
    brandKey: row.brand_key,
    sha256: toHex(new Uint8Array(row.sha256)),
    mediaType: row.media_type,
    by: row.made_by,
    at: utcText(row.made_at.getTime()),
    endedAt: row.ended_at === null ? null : utcText(row.ended_at.getTime()),
  }
}

export function brandLogoRoutes(parts: BrandLogoRouteParts): Handlers<Person, Names> {
  const { as, clock, system } = parts
  const missing = () => refuse('not-found', 'there is no such logo, or it is not yours to see')
  const record = (person: Person, action: string, row: BrandLogoRow) =>
    system.transaction().execute((tx) =>
      recordAct(tx, clock, {
        organisationId: person.organisationId,
        actor: person.name,
        action,
        subject: row.brand_key,
        detail: `SHA-256 ${toHex(new Uint8Array(row.sha256))}`,
      }),
    )
  return {
    'brandLogos.list': ({ query, principal }) =>
      as(principal, async (tx) => ({ logos: (await listLogos(tx, query.brand)).map(logoView) })),
    'brandLogos.add': async ({ query, principal, request }) => {
      const bytes = await pictureOf(bodyOf(request, BODY_LIMIT_BYTES, 'send a smaller picture'))
      const row = await addLogo(system, parts, {
        organisationId: principal.organisationId,
        brandKey: query.brand,
        bytes,
        sha256: toHex(digest('sha256', bytes)),
        shapes: await parts.pictures.logo(bytes),
        by: principal.name,
      })
      if (isRefusal(row)) return row
      await record(principal, 'register.add-logo', row)
      return logoView(row)
    },
    'brandLogos.end': async ({ params, principal }) => {
      const row = await endLogo(system, clock, principal.organisationId, params.id)
      if (row === null) return missing()
      await record(principal, 'register.end-logo', row)
      return logoView(row)
    },
    'brandLogos.picture': async ({ params, principal }) => {
      const row = await as(principal, (tx) => findLogo(tx, { id: params.id }))
      const bytes = row === undefined ? null : await parts.body(new Uint8Array(row.sha256))
      return row === undefined || bytes === null ? missing() : bytesAnswer(bytes, row.media_type)
    },
  }
}

async function pictureOf(body: AsyncIterable<Bytes>): Promise<Bytes> {
  const pieces: Bytes[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > LARGEST_PICTURE)
      throw new Failure('picture-size', `a picture has at most ${LARGEST_PICTURE >> 20} MB`, { field: 'picture' })
    pieces.push(piece)
  }
  return concat(...pieces)
}
