/** Evidence enters the register: a row when its number is given, filled in when it is fixed. */
import type { CertificateNumber } from '@mingzheng/kernel'
import type { Kysely } from 'kysely'
import type { CaptureResult } from '../capture/capture-result.ts'
import type { FixedPackage } from '../fix/fix-manifest.ts'
import { keepBlob } from '../keeping/kept-blobs.ts'
import { evidenceTerms, recordEvent } from '../register/rows.ts'
import type { EvidenceFacts, EvidenceTables } from '../register/schema.ts'
import type { CaptureRow } from './capture-rows.ts'

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? ''
}

function factsOf(row: CaptureRow, result: CaptureResult): EvidenceFacts {
  return {
    witness: row.witness,
    secondOfficer: row.second_officer,
    clock: { source: result.clock.source, offsetMs: result.clock.before.offsetMs },
    pages: result.pages.map(({ url, finalUrl, title, status, picture, viewports, text }) => ({
      url,
      finalUrl,
      title,
      status,
      picture,
      viewports,
      text,
    })),
    serverAddresses: result.network.serverAddresses,
    anomalies: result.anomalies,
    incompleteReason: result.complete ? null : result.reason,
    timestamp: null,
  }
}

/** The row of a capture whose number has just been given. Runs in the transaction that gives the number. */
export async function enterEvidence(
  tx: Kysely<EvidenceTables>,
  row: CaptureRow,
  result: CaptureResult,
  number: CertificateNumber,
  demo: boolean,
): Promise<void> {
  const url = row.urls[0] ?? ''
  const texts = {
    number,
    title: result.pages.map((page) => page.title).join(' '),
    url: row.urls.join(' '),
    officer_name: row.officer_name,
    unit_name: row.unit_name,
    cause: row.cause,
    case_reference: row.case_reference,
  }
  await tx
    .insertInto('evidence')
    .values({
      ...texts,
      title: (result.pages[0]?.title ?? '').slice(0, 500),
      url,
      host: hostOf(url),
      kind: 'web',
      organisation_id: row.organisation_id,
      unit_id: row.unit_id,
      officer_id: row.user_id,
      officer_card: row.officer_card,
      captured_at: new Date(result.startedAt),
      started_at: new Date(result.startedAt),
      ended_at: new Date(Math.max(result.startedAt, result.endedAt)),
      state: 'fixing',
      complete: result.complete,
      demo,
      edition: 1,
      bytes: 0,
      pages: result.pages.length,
      anomalies: result.anomalies.length,
      ledger_index: null,
      ledger_time: null,
      ledger_state: 'none',
      manifest_sha256: '',
      recapture_of: row.recapture_of,
      capture_id: row.id,
      facts: JSON.stringify(factsOf(row, result)),
      search: evidenceTerms(texts),
    })
    .execute()
  const event = { number, organisation_id: row.organisation_id, ledger_index: null }
  const actor = row.officer_name
  await recordEvent(tx, { ...event, at: row.requested_at, kind: 'requested', actor, detail: row.urls.join('\n') })
  const detail = result.complete ? '' : (result.reason ?? '')
  await recordEvent(tx, { ...event, at: new Date(result.endedAt), kind: 'captured', actor: null, detail })
}

/** An edition is fixed and in custody: it becomes visible, whole, in one transaction. */
export async function enterEdition(
  tx: Kysely<EvidenceTables>,
  fixed: FixedPackage,
  by: { organisationId: string; name: string; detail: string; at: Date },
): Promise<void> {
  const { manifest, receipt } = fixed
  const ledgerTime = new Date(receipt.time)
  await tx
    .insertInto('evidence_edition')
    .values({
      number: manifest.number,
      edition: manifest.edition,
      kind: manifest.editionKind,
      organisation_id: by.organisationId,
      made_at: by.at,
      made_by: by.name,
      detail: by.detail,
      blob_key: fixed.blobKey,
      bytes: fixed.bytes,
      manifest_sha256: fixed.manifestSha256,
      package_sha256: fixed.packageSha256,
      item_id: Buffer.from(fixed.item.id),
      ledger_index: receipt.index,
      ledger_time: ledgerTime,
      files: JSON.stringify(manifest.files),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const { blobKey, keptUntil: until } = fixed
  await keepBlob(tx, { blobKey, number: manifest.number, countsFrom: receipt.time, until, locked: true })
  const row = await tx
    .selectFrom('evidence')
    .select(['facts', 'state'])
    .where('number', '=', manifest.number)
    .forUpdate()
    .executeTakeFirstOrThrow()
  await tx
    .updateTable('evidence')
    .set({
      state: manifest.editionKind === 'voiding' || row.state === 'voided' ? 'voided' : 'fixed',
      edition: manifest.edition,
      bytes: fixed.bytes,
      manifest_sha256: fixed.manifestSha256,
      ledger_state: 'witnessed',
      ledger_index: receipt.index,
      ledger_time: ledgerTime,
      facts: JSON.stringify({ ...row.facts, timestamp: fixed.timestamp }),
    })
    .where('number', '=', manifest.number)
    .execute()
  await recordEvent(tx, {
    number: manifest.number,
    organisation_id: by.organisationId,
    at: ledgerTime,
    kind: manifest.edition === 1 ? 'fixed' : manifest.editionKind,
    actor: by.name,
    detail: by.detail,
    ledger_index: receipt.index,
  })
}
