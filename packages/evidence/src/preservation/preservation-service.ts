/**
 * The open preservation API's work: accept digests and files so that nothing accepted is ever lost, fix them in batches,
 * tell who asked, and make the package when somebody wants it.
 */
import { join } from 'node:path'
import {
  type Bytes,
  type CertificateNumber,
  type Clock,
  digestPair,
  Failure,
  newId,
  type Refusal,
  refuse,
  utf8,
} from '@mingzheng/kernel'
import type { LedgerClient, Receipt } from '@mingzheng/ledger'
import {
  decodeManifest,
  encodeManifest,
  encodeOpening,
  MANIFEST_DOMAIN,
  type ManifestFile,
  newOpening,
  type PackageMember,
  streamMember,
} from '@mingzheng/proof'
import { postToOutbox } from '@mingzheng/storage'
import type { Kysely, Selectable, Transaction } from 'kysely'
import { type FixParts, fixManifest, itemOf } from '../fix/fix-manifest.ts'
import { keptReceipt, ledgerItemOf } from '../fix/ledger-fix.ts'
import { keepBlob } from '../keeping/kept-blobs.ts'
import type { EvidenceTables, PreservationTable } from '../register/schema.ts'
import { openWorkFolder } from '../work-folder.ts'
import { manifestOfPreservation, type PreservationContext, type PreservationWish } from './preservation-manifest.ts'

export type PreservationRow = Selectable<PreservationTable>

export interface PreservationOwner {
  organisationId: string
  organisation: string
  apiKeyId: string
}

export interface PreservationParts {
  db: Kysely<EvidenceTables>
  clock: Clock
  folder: string
  ledger: LedgerClient
  fix: FixParts
  tool: PreservationContext['tool']
  demo: boolean
  nextNumber: (tx: Transaction<EvidenceTables>, at: Date) => Promise<CertificateNumber>
  openBlob: (key: string) => Promise<AsyncIterable<Bytes>>
  blobKey: (number: string, edition: number) => string
  onError: (error: unknown) => void
}

/** Channel of the outbox for what became of a preservation. */
export const FIXED_CHANNEL = 'preservation.fixed'
/** What a webhook is told. */
export const PRESERVATION_EVENTS = ['fixed', 'failed'] as const
export type PreservationEvent = (typeof PRESERVATION_EVENTS)[number]
const BATCH = 1000
const REFUSED_REMEDY = 'see the reason, have it mended at the platform, then ask for the fixing again'
const encodeKept = (receipt: Receipt) => utf8(JSON.stringify(keptReceipt(receipt)))
const refusedItem = (detail: string) => new Failure('ledger-item-refused', `the ledger refuses: ${detail}`)
const REST_MS = 1000

export function createPreservationService(parts: PreservationParts) {
  const { db, clock } = parts
  const stopping = new AbortController()
  let wake = () => {}
  let worker: Promise<void> = Promise.resolve()

  /**
   * Accepts in the caller's transaction: durable when it commits. `file` was stored before under `blobKey`.
   * Call `nudge` after the commit.
   */
  async function accept(
    tx: Transaction<EvidenceTables>,
    owner: PreservationOwner,
    wishes: readonly PreservationWish[],
    stored: { blobKey: string; file: ManifestFile } | null = null,
  ): Promise<PreservationRow[]> {
    const now = clock.now()
    const values = []
    for (const wish of wishes) {
      const id = newId(now)
      const number = await parts.nextNumber(tx, new Date(now))
      const manifest = manifestOfPreservation(wish, {
        id,
        number,
        organisation: owner.organisation,
        acceptedAt: now,
        demo: parts.demo,
        tool: parts.tool,
        file: stored?.file ?? null,
      })
      const manifestBytes = encodeManifest(manifest)
      const opening = encodeOpening(newOpening(MANIFEST_DOMAIN))
      const item = itemOf(manifest, opening, digestPair(manifestBytes))
      values.push({
        id,
        number,
        organisation_id: owner.organisationId,
        api_key_id: owner.apiKeyId,
        sha256: wish.sha256,
        sm3: wish.sm3,
        title: wish.title,
        reference: wish.reference,
        bytes: wish.bytes,
        media_type: wish.mediaType,
        blob_key: stored?.blobKey ?? null,
        accepted_at: new Date(now),
        item_id: Buffer.from(item.id),
        manifest: Buffer.from(manifestBytes),
        opening: Buffer.from(opening),
        timestamp: null,
        ledger_index: null,
        ledger_time: null,
        package_key: null,
        problem: null,
      })
    }
    const rows = await tx.insertInto('preservation').values(values).returningAll().execute()
    for (const { blob_key: blobKey, number } of rows) {
      if (blobKey === null) continue
      await keepBlob(tx, { blobKey, number, countsFrom: now, until: now + parts.fix.retentionMs, locked: false })
    }
    return rows
  }

  /** Stamps, submits and waits for one batch; true when there was one. What the ledger refuses ends, and holds up nothing else. */
  async function fixBatch(): Promise<boolean> {
    const rows = await db
      .selectFrom('preservation')
      .selectAll()
      .where('ledger_index', 'is', null)
      .where('problem', 'is', null)
      .orderBy('accepted_at')
      .limit(BATCH)
      .execute()
    if (rows.length === 0) return false
    const items = []
    for (const row of rows) {
      const digests = digestPair(row.manifest)
      const manifest = decodeManifest(row.manifest)
      if (row.timestamp === null) {
        const token = await parts.fix.stamp(digests.sha256, manifest.organisation, stopping.signal)
        await db
          .updateTable('preservation')
          .set({ timestamp: Buffer.from(token) })
          .where('id', '=', row.id)
          .where('timestamp', 'is', null)
          .execute()
      }
      items.push(itemOf(manifest, row.opening, digests))
    }
    const standings = await parts.ledger.submit(items.map(ledgerItemOf))
    for (const [i, row] of rows.entries()) {
      const sent = standings[i]!
      try {
        if (sent.kind === 'refused') throw refusedItem(sent.refusal.detail)
        const standing = await parts.ledger.wait(items[i]!.id, 'witnessed', { signal: stopping.signal })
        if (standing.kind === 'witnessed') await enterFixed(row, standing.index, standing.time)
      } catch (error) {
        if (!(error instanceof Failure && error.code === 'ledger-item-refused')) throw error
        await enterFailed(row, error)
        parts.onError(error)
      }
    }
    return true
  }

  /** It has ended, unless somebody asks for it again. */
  async function enterFailed(row: PreservationRow, { code, message, remedy }: Failure): Promise<void> {
    const problem = JSON.stringify({ code, detail: message, remedy: remedy ?? REFUSED_REMEDY })
    await db.transaction().execute(async (tx) => {
      const done = await tx
        .updateTable('preservation')
        .set({ problem })
        .where('id', '=', row.id)
        .where('item_id', '=', row.item_id)
        .where('ledger_index', 'is', null)
        .where('problem', 'is', null)
        .executeTakeFirst()
      if (done.numUpdatedRows > 0n) await tell(tx, row, 'failed')
    })
    for (const listener of listeners.get(row.id) ?? []) listener()
  }

  /** Every webhook of the organisation hears what became of it. */
  async function tell(tx: Transaction<EvidenceTables>, row: PreservationRow, event: PreservationEvent): Promise<void> {
    const hooks = await tx
      .selectFrom('webhook')
      .select('id')
      .where('organisation_id', '=', row.organisation_id)
      .execute()
    for (const { id } of hooks) {
      await postToOutbox(tx, clock, { channel: FIXED_CHANNEL, payload: { webhook: id, preservation: row.id, event } })
    }
  }

  /**
   * Has one whose fixing failed fixed again: the same manifest under the same number, as another item, since what the ledger
   * refused it refuses for ever. Call `nudge` afterwards.
   */
  async function fixAgain(row: PreservationRow): Promise<PreservationRow | Refusal<'not-failed'>> {
    const opening = encodeOpening(newOpening(MANIFEST_DOMAIN))
    const { id } = itemOf(decodeManifest(row.manifest), opening, digestPair(row.manifest))
    const again = await db
      .updateTable('preservation')
      .set({ problem: null, opening: Buffer.from(opening), item_id: Buffer.from(id) })
      .where('id', '=', row.id)
      .where('problem', 'is not', null)
      .returningAll()
      .executeTakeFirst()
    return again ?? refuse('not-failed', 'the fixing of this preservation has not failed')
  }

  async function enterFixed(row: PreservationRow, index: number, time: number): Promise<void> {
    await db.transaction().execute(async (tx) => {
      const done = await tx
        .updateTable('preservation')
        .set({ ledger_index: index, ledger_time: new Date(time) })
        .where('id', '=', row.id)
        .where('ledger_index', 'is', null)
        .executeTakeFirst()
      if (done.numUpdatedRows === 0n) return
      await tell(tx, row, 'fixed')
    })
    for (const listener of listeners.get(row.id) ?? []) listener()
  }

  const listeners = new Map<string, Set<() => void>>()

  /** Resolves when it is fixed or has failed, the time is over, or the caller has gone. */
  async function waitFixed(id: string, waitMs: number, signal: AbortSignal): Promise<void> {
    if (waitMs <= 0) return
    await new Promise<void>((resolve) => {
      const set = listeners.get(id) ?? new Set()
      listeners.set(id, set)
      const done = () => {
        clearTimeout(timer)
        set.delete(done)
        if (set.size === 0) listeners.delete(id)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, waitMs)
      set.add(done)
      signal.addEventListener('abort', done, { once: true })
    })
  }

  /** The receipt under the newest checkpoint; null until it is fixed. */
  async function receiptOf(row: PreservationRow): Promise<Receipt | null> {
    return row.ledger_index === null ? null : parts.ledger.receipt({ id: row.item_id })
  }

  const making = new Map<string, Promise<string | Refusal<'not-fixed-yet'>>>()

  /** Key of the package in custody; made at the first call, the same ever after. Two callers at once wait for one. */
  function packageOf(row: PreservationRow): Promise<string | Refusal<'not-fixed-yet'>> {
    const made = making.get(row.id) ?? makePackage(row).finally(() => making.delete(row.id))
    making.set(row.id, made)
    return made
  }

  async function makePackage(row: PreservationRow): Promise<string | Refusal<'not-fixed-yet'>> {
    if (row.package_key !== null) return row.package_key
    const token = row.timestamp
    if (row.problem !== null) {
      const { code, detail } = row.problem
      return refuse('not-fixed-yet', `its fixing failed: ${code}: ${detail}`, { remedy: 'ask for the fixing again' })
    }
    if (row.ledger_index === null || token === null) {
      return refuse('not-fixed-yet', 'the receipt has not come yet', { remedy: 'ask again with wait=30' })
    }
    const manifest = decodeManifest(row.manifest)
    const work = await openWorkFolder(join(parts.folder, `preservation-${row.id}`))
    await work.once('manifest.json', () => row.manifest)
    await work.once('opening.json', () => row.opening)
    await work.once('timestamp.tsr', () => token)
    // It stands on a ledger already, perhaps on one that the present one continues: nothing is sent again.
    const { item_id: id } = row
    await work.once('receipt.json', async () => encodeKept(await parts.ledger.receipt({ id })))
    const data: PackageMember[] = []
    for (const { path } of manifest.files) {
      const key = row.blob_key!
      const open = async function* () {
        yield* await parts.openBlob(key)
      }
      data.push(await streamMember(path, open))
    }
    const blobKey = parts.blobKey(row.number, 1)
    const fixed = await fixManifest(parts.fix, {
      work,
      data,
      blobKey,
      signal: stopping.signal,
      makeManifest: async () => manifest,
    })
    await db.transaction().execute(async (tx) => {
      await tx
        .updateTable('preservation')
        .set({ package_key: blobKey, package_sha256: fixed.packageSha256 })
        .where('id', '=', row.id)
        .execute()
      const { receipt, keptUntil: until } = fixed
      await keepBlob(tx, { blobKey, number: row.number, countsFrom: receipt.time, until, locked: true })
    })
    await work.remove()
    return blobKey
  }

  return {
    accept,
    waitFixed,
    receiptOf,
    packageOf,
    fixAgain,
    nudge: () => wake(),
    start() {
      worker = (async () => {
        while (!stopping.signal.aborted) {
          let busy = false
          try {
            busy = await fixBatch()
          } catch (error) {
            if (!stopping.signal.aborted) parts.onError(error)
          }
          if (busy) continue
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, REST_MS)
            wake = () => {
              clearTimeout(timer)
              resolve()
            }
          })
        }
      })()
    },
    async stop() {
      stopping.abort()
      wake()
      await worker
    },
  }
}

export type PreservationService = ReturnType<typeof createPreservationService>

export async function findPreservation(db: Kysely<EvidenceTables>, id: string): Promise<PreservationRow | null> {
  return (await db.selectFrom('preservation').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}
