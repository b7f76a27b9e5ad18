/** How evidence and captures look at the API, from their rows. */
import type { CaptureJobView, EvidenceDetail, EvidenceRow, StandingView } from '@mingzheng/api'
import type { CaptureRow, EditionRecord, EvidenceListRow, EvidenceRecord } from '@mingzheng/evidence'

type Person = EvidenceRow['officer']

const iso = (date: Date) => date.toISOString()
const isoOrNull = (date: Date | null) => (date === null ? null : iso(date))

function standing(state: StandingView['state'], index: string | null, time: Date | null): StandingView {
  return { state, index: index === null ? null : Number(index), time: isoOrNull(time) }
}

function unitOf(id: string | null, name: string | null): EvidenceRow['unit'] {
  return id === null || name === null ? null : { id, name }
}

export function evidenceRowView(row: EvidenceListRow): EvidenceRow {
  const officer: Person =
    row.officer_id === null ? null : { id: row.officer_id, name: row.officer_name, cardNumber: row.officer_card }
  return {
    number: row.number,
    title: row.title,
    url: row.url,
    host: row.host,
    capturedAt: iso(row.captured_at),
    officer,
    unit: unitOf(row.unit_id, row.unit_name),
    caseReference: row.case_reference,
    state: row.state,
    complete: row.complete,
    demo: row.demo,
    edition: row.edition,
    bytes: Number(row.bytes),
    pages: row.pages,
    anomalies: row.anomalies,
    standing: standing(row.ledger_state, row.ledger_index, row.ledger_time),
  }
}

export function editionView(edition: EditionRecord): EvidenceDetail['editions'][number] {
  return {
    edition: edition.edition,
    kind: edition.kind,
    at: iso(edition.made_at),
    by: edition.made_by,
    detail: edition.detail,
    bytes: Number(edition.bytes),
    manifestSha256: edition.manifest_sha256,
    standing: standing(edition.ledger_index === null ? 'none' : 'witnessed', edition.ledger_index, edition.ledger_time),
  }
}

const NO_DIGEST = '0'.repeat(64)

export function evidenceDetailView(
  row: EvidenceRecord,
  editions: readonly EditionRecord[],
  recapturedBy: string[],
): EvidenceDetail {
  const { facts } = row
  return {
    ...evidenceRowView(row),
    cause: row.cause,
    witness: facts.witness,
    secondOfficer: facts.secondOfficer,
    startedAt: iso(row.started_at),
    endedAt: iso(row.ended_at),
    clock: facts.clock,
    pagesCaptured: facts.pages,
    serverAddresses: facts.serverAddresses,
    anomalyList: facts.anomalies,
    incompleteReason: facts.incompleteReason,
    problem: row.problem,
    files: editions.at(-1)?.files ?? [],
    editions: editions.map(editionView),
    manifestSha256: row.manifest_sha256 || NO_DIGEST,
    timestamp: facts.timestamp,
    recaptureOf: row.recapture_of,
    recapturedBy,
  }
}

export function captureView(row: CaptureRow): CaptureJobView {
  return {
    id: row.id,
    batch: row.batch,
    urls: row.urls,
    state: row.state,
    requestedAt: iso(row.requested_at),
    startedAt: isoOrNull(row.started_at),
    endedAt: isoOrNull(row.ended_at),
    officer: { id: row.user_id, name: row.officer_name, cardNumber: row.officer_card },
    unit: unitOf(row.unit_id, row.unit_name),
    steps: row.steps,
    bytes: Number(row.bytes),
    requests: row.requests,
    number: row.number,
    complete: row.complete,
    problem: row.problem,
  }
}
