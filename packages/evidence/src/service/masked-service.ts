/**
 * What goes to a party: a package of its own, derived from an edition, in which cookies and tokens are masked. It has its
 * own number, entry and certificate and names its parent; the original stays sealed as it is.
 */
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type CertificateNumber, type Clock, Failure, newId } from '@mingzheng/kernel'
import {
  type DigestEngine,
  decodeManifest,
  type Manifest,
  memberOrder,
  type PackageMember,
  type RandomAccess,
  streamMember,
} from '@mingzheng/proof'
import type { Kysely, Selectable } from 'kysely'
import { maskArchive } from '../archive/masked-archive.ts'
import { type FixParts, fixManifest } from '../fix/fix-manifest.ts'
import { digestFiles } from '../fix/manifest-of.ts'
import { type OpenPackage, openPackage } from '../fix/open-package.ts'
import { keepBlob } from '../keeping/kept-blobs.ts'
import type { DerivedPackageTable, EvidenceTables } from '../register/schema.ts'
import { openWorkFolder } from '../work-folder.ts'

export interface MaskedParts {
  db: Kysely<EvidenceTables>
  clock: Clock
  folder: string
  engine: DigestEngine
  fix: FixParts
  openBlob: (key: string) => Promise<RandomAccess>
  blobKey: (number: string, edition: number) => string
  nextNumber: (tx: Kysely<EvidenceTables>, at: Date) => Promise<CertificateNumber>
}

export type DerivedPackage = Selectable<DerivedPackageTable>

/** Roles whose files can hold a secret that masking the archive does not reach: they stay with the original. */
const LEFT_OUT = new Set(['snapshot', 'traffic-log', 'edition'])

export function createMaskedService(parts: MaskedParts) {
  const { db, clock } = parts
  const making = new Map<string, Promise<string>>()
  const stopping = new AbortController()

  /** The row of the derived package, its number given once for ever. */
  async function rowOf(parent: { number: string; edition: number; organisationId: string }): Promise<DerivedPackage> {
    return db.transaction().execute(async (tx) => {
      // Two askers at once wait here for each other.
      await tx.selectFrom('evidence').select('number').where('number', '=', parent.number).forUpdate().execute()
      const known = await tx
        .selectFrom('derived_package')
        .selectAll()
        .where('parent_number', '=', parent.number)
        .where('parent_edition', '=', parent.edition)
        .executeTakeFirst()
      if (known !== undefined) return known
      const now = new Date(clock.now())
      return tx
        .insertInto('derived_package')
        .values({
          number: await parts.nextNumber(tx, now),
          organisation_id: parent.organisationId,
          parent_number: parent.number,
          parent_edition: parent.edition,
          made_at: now,
          blob_key: null,
          manifest_sha256: null,
          ledger_index: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
    })
  }

  /** Key of the masked package in custody; made at the first wish. */
  async function keyOf(parent: {
    number: string
    edition: number
    organisationId: string
    blobKey: string
  }): Promise<string> {
    const row = await rowOf(parent)
    if (row.blob_key !== null) return row.blob_key
    const under = making.get(row.number) ?? make(row, parent.blobKey).finally(() => making.delete(row.number))
    making.set(row.number, under)
    return under
  }

  async function make(row: DerivedPackage, parentKey: string): Promise<string> {
    const parent = await openPackage(await parts.openBlob(parentKey))
    const before = decodeManifest(await parent.read('manifest.json'))
    const work = await openWorkFolder(join(parts.folder, `masked-${row.number}`))
    const archive = before.files.find((file) => file.role === 'archive')
    const masked = archive === undefined ? null : await maskOne(parent, archive.path, work.path)
    const data: PackageMember[] = []
    const kept = before.files.filter((file) => file.role !== 'archive' && !LEFT_OUT.has(file.role))
    for (const { path } of kept) {
      const member = parent.find(path)!
      data.push(await streamMember(path, () => parent.stream(member), parts.engine))
    }
    const derived =
      archive === undefined || masked === null
        ? []
        : await digestFiles([{ ...archive, role: 'archive', file: masked.file }], parts.engine)
    data.push(...derived.map(({ member }) => member))
    const files = [...kept, ...derived.map(({ listed }) => listed)].sort((a, b) => memberOrder(a.path, b.path))
    const fixed = await fixManifest(parts.fix, {
      work,
      data,
      blobKey: parts.blobKey(row.number, 1),
      signal: stopping.signal,
      makeManifest: async () => maskedManifest(before, row, files, masked?.note ?? '', await parentDigest(row)),
    })
    const { blobKey, keptUntil: until, receipt } = fixed
    await db.transaction().execute(async (tx) => {
      await tx
        .updateTable('derived_package')
        .set({ blob_key: blobKey, manifest_sha256: fixed.manifestSha256, ledger_index: receipt.index })
        .where('number', '=', row.number)
        .execute()
      await keepBlob(tx, { blobKey, number: row.parent_number, countsFrom: receipt.time, until, locked: true })
    })
    await work.remove()
    return fixed.blobKey
  }

  /** The same original gives the same bytes, so a second try after a crash fits what was fixed. */
  async function maskOne(parent: OpenPackage, path: string, folder: string): Promise<{ file: string; note: string }> {
    const member = parent.find(path)
    if (member === null) throw new Failure('package-damaged', `${path} is missing`, { field: path })
    await mkdir(folder, { recursive: true })
    const original = join(folder, 'original.wacz')
    await pipeline(Readable.from(parent.stream(member)), createWriteStream(original, { mode: 0o600 }))
    const file = join(folder, 'masked.wacz')
    await rm(file, { force: true })
    const { masked } = await maskArchive(original, file)
    const count = masked.cookies + masked.headers + masked.bodies
    return { file, note: `已遮蔽 ${count} 处（cookie、令牌）；${count} values masked` }
  }

  async function parentDigest(row: DerivedPackage): Promise<string> {
    const edition = await db
      .selectFrom('evidence_edition')
      .select('manifest_sha256')
      .where('number', '=', row.parent_number)
      .where('edition', '=', row.parent_edition)
      .executeTakeFirstOrThrow()
    return edition.manifest_sha256
  }

  function maskedManifest(
    before: Manifest,
    row: DerivedPackage,
    files: Manifest['files'],
    note: string,
    manifestSha256: string,
  ): Manifest {
    return {
      ...before,
      id: newId(clock.now()),
      number: row.number,
      edition: 1,
      editionKind: 'capture',
      files,
      anomalies: [...before.anomalies, { code: 'masked', detail: note }],
      parents: [
        ...before.parents.filter((one) => one.relation === 'recapture'),
        { relation: 'masked', number: row.parent_number, edition: row.parent_edition, manifestSha256 },
      ],
    }
  }

  return { keyOf, stop: () => stopping.abort(new Failure('stopping', 'the platform is being stopped')) }
}

export type MaskedService = ReturnType<typeof createMaskedService>

/** The derived package of a number; null when the number is no derived one's. */
export async function findDerived(db: Kysely<EvidenceTables>, number: string): Promise<DerivedPackage | null> {
  return (await db.selectFrom('derived_package').selectAll().where('number', '=', number).executeTakeFirst()) ?? null
}
