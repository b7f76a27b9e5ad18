/** Logos of the brands on the register: added, ended, and read for comparison. Each change is a new version of the register of brands. */
import { type Bytes, type Clock, Failure, fromHex, newId, type Refusal, refuse, toHex } from '@mingzheng/kernel'
import type { BlobStore } from '@mingzheng/storage'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import { pictureType } from '../picture/decode-picture.ts'
import { HASH_VERSION, type KnownLogo } from '../picture/likeness.ts'
import type { ShapeHash } from '../picture/shape-hash.ts'
import type { BrandLogoTable } from '../register/registry-schema.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { keepPacked, packBodies } from '../snapshot/packs.ts'

type Db = Kysely<MonitoringTables>
export type BrandLogoRow = Omit<Selectable<BrandLogoTable>, 'shapes' | 'hash_version'>

const COLUMNS = [
  'id',
  'organisation_id',
  'brand_key',
  'sha256',
  'media_type',
  'made_by',
  'made_at',
  'ended_at',
] as const
/** Most logos of a brand: a word mark, a device, both together, older ones. */
const MOST = 12

export interface NewLogo {
  readonly organisationId: string
  readonly brandKey: string
  readonly bytes: Bytes
  /** Digest of the bytes, hex. */
  readonly sha256: string
  /** What it is known by. */
  readonly shapes: readonly ShapeHash[]
  readonly by: string
}

/**
 * Keeps a logo; durable when it resolves. The same picture again is the row that there is. Refuses a brand that is not on the register,
 * a picture that is too plain to tell a brand by (`logo-plain`), and more than twelve of a brand (`logo-many`).
 */
export async function addLogo(
  db: Db,
  store: { blobs: BlobStore; clock: Clock; province: string },
  { organisationId, brandKey, bytes, sha256, shapes, by }: NewLogo,
): Promise<BrandLogoRow | Refusal<'not-found' | 'logo-plain' | 'logo-many'>> {
  const mediaType = pictureType(bytes)
  if (mediaType === null) throw new Failure('picture-type', 'only PNG and JPEG pictures are read', { field: 'picture' })
  if (shapes.length === 0) {
    const remedy = 'send the logo alone on an even ground, at least 100 pixels wide'
    return refuse('logo-plain', 'the picture shows no drawing on an even ground, or too plain a one', {
      field: 'picture',
      remedy,
    })
  }
  const packed = await packBodies(db, store, new Map([[sha256, bytes]]))
  return db.transaction().execute(async (tx) => {
    const brand = await tx
      .selectFrom('register_entry')
      .select('key')
      .where('organisation_id', '=', organisationId)
      .where('kind', '=', 'brands')
      .where('key', '=', brandKey)
      .where('until', 'is', null)
      .forShare()
      .executeTakeFirst()
    if (brand === undefined) return refuse('not-found', 'there is no such brand on the register')
    await tx
      .selectFrom('register')
      .select('version')
      .where('organisation_id', '=', organisationId)
      .where('kind', '=', 'brands')
      .forUpdate()
      .execute()
    const own = await tx
      .selectFrom('brand_logo')
      .select(COLUMNS)
      .where('organisation_id', '=', organisationId)
      .where('brand_key', '=', brandKey)
      .where('ended_at', 'is', null)
      .execute()
    const same = own.find((one) => toHex(new Uint8Array(one.sha256)) === sha256)
    if (same !== undefined) return same
    if (own.length >= MOST) return refuse('logo-many', `a brand has at most ${MOST} logos`)
    await keepPacked(tx, packed)
    const now = store.clock.now()
    const row = await tx
      .insertInto('brand_logo')
      .values({
        id: newId(now),
        organisation_id: organisationId,
        brand_key: brandKey,
        sha256: Buffer.from(fromHex(sha256)),
        media_type: mediaType,
        hash_version: HASH_VERSION,
        shapes: JSON.stringify(shapes) as never,
        made_by: by,
        made_at: new Date(now),
        ended_at: null,
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow()
    await newVersion(tx, organisationId, now)
    return row
  })
}

/** Takes a logo off the register; `null` when there is none that stands. */
export function endLogo(db: Db, clock: Clock, organisationId: string, id: string): Promise<BrandLogoRow | null> {
  return db.transaction().execute(async (tx) => {
    const now = clock.now()
    const row = await tx
      .updateTable('brand_logo')
      .set({ ended_at: new Date(now) })
      .where('organisation_id', '=', organisationId)
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .returning(COLUMNS)
      .executeTakeFirst()
    if (row === undefined) return null
    await newVersion(tx, organisationId, now)
    return row
  })
}

/** Pages that were looked at under another version are looked at anew. */
async function newVersion(tx: Transaction<MonitoringTables>, organisationId: string, now: number): Promise<void> {
  await tx
    .updateTable('register')
    .set({ version: sql`version + 1`, changed_at: new Date(now) })
    .where('organisation_id', '=', organisationId)
    .where('kind', '=', 'brands')
    .execute()
}

/** Those that stand, of a brand or of all, the oldest first; at most 500. */
export function listLogos(tx: Db, brandKey?: string): Promise<BrandLogoRow[]> {
  let query = tx.selectFrom('brand_logo').select(COLUMNS).where('ended_at', 'is', null)
  if (brandKey !== undefined) query = query.where('brand_key', '=', brandKey)
  return query.orderBy('id').limit(500).execute()
}

/** One by its id or by the digest of its picture, whether it still stands or not. */
export function findLogo(tx: Db, by: { id: string } | { sha256: string }): Promise<BrandLogoRow | undefined> {
  const query = tx.selectFrom('brand_logo').select(COLUMNS)
  return ('id' in by ? query.where('id', '=', by.id) : query.where('sha256', '=', Buffer.from(fromHex(by.sha256))))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
}

/** What pictures are compared with: logos of brands that are on the register. */
export async function readLogos(db: Db, organisationId: string): Promise<KnownLogo[]> {
  const rows = await db
    .selectFrom('brand_logo')
    .innerJoin('register_entry', (join) =>
      join
        .onRef('register_entry.organisation_id', '=', 'brand_logo.organisation_id')
        .onRef('register_entry.key', '=', 'brand_logo.brand_key')
        .on('register_entry.kind', '=', 'brands')
        .on('register_entry.until', 'is', null),
    )
    .select(['register_entry.name', 'brand_logo.sha256', 'brand_logo.shapes'])
    .where('brand_logo.organisation_id', '=', organisationId)
    .where('brand_logo.hash_version', '=', HASH_VERSION)
    .where('brand_logo.ended_at', 'is', null)
    .orderBy('brand_logo.id')
    .execute()
  return rows.map(({ name, sha256, shapes }) => ({ brand: name, sha256: toHex(new Uint8Array(sha256)), shapes }))
}
