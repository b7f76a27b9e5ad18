/** Tasks, counts, findings and leads as the interface shows them. */
import type { CountsView, FetchView, FindingView, LeadView, TaskView } from '@mingzheng/api'
import { utcText } from '@mingzheng/kernel'
import type { Counts, FindingRow, LeadRow, SnapshotRow, TaskRow } from '@mingzheng/monitoring'

/** Names of platforms by id. */
export type PlatformNames = ReadonlyMap<string, string>

const time = (date: Date) => utcText(date.getTime())
const platformOf = (names: PlatformNames, id: string) => ({ id, name: names.get(id) ?? '' })

export function standingOf(row: { ledger_index: string | null; ledger_time: Date | null }): FindingView['standing'] {
  return row.ledger_index === null || row.ledger_time === null
    ? { state: 'none', index: null, time: null }
    : { state: 'witnessed', index: Number(row.ledger_index), time: time(row.ledger_time) }
}

/** Named where a finding was not made as shipped. */
const settingsOf = ({ settings_version: settings }: FindingRow) => (settings === 0 ? {} : { settings })

export function countsView(counts: Counts): CountsView {
  const n = (name: keyof Counts) => Number(counts[name] ?? 0)
  return {
    fetched: n('fetched'),
    ok: n('ok'),
    unchanged: n('unchanged'),
    blocked: n('blocked'),
    limited: n('limited'),
    captcha: n('captcha'),
    empty: n('empty'),
    decoy: n('decoy'),
    gone: n('gone'),
    robots: n('robots'),
    refused: n('refused'),
    tooLarge: n('too-large'),
    failed: n('failed'),
    changed: n('changed'),
    lost: n('lost'),
    bytes: n('bytes'),
    ms: n('ms'),
    cpuMs: Math.round(n('cpuUs') / 1000),
    listings: n('listings'),
    examined: n('examined'),
    findings: n('findings'),
    undecided: n('undecided'),
    leads: n('leads'),
  }
}

export interface TaskSums {
  readonly totals: Counts
  readonly addresses: number
  readonly due: number
  readonly nextAt: Date | null
}

export function taskView(row: TaskRow, names: PlatformNames, sums: TaskSums): TaskView {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    version: row.version,
    spec: row.spec,
    platforms: row.spec.objectives.platforms.map((id) => platformOf(names, id)),
    createdBy: row.created_by,
    createdAt: time(row.created_at),
    changedAt: time(row.changed_at),
    totals: countsView(sums.totals),
    addresses: sums.addresses,
    due: sums.due,
    nextAt: row.state === 'running' && sums.nextAt !== null ? time(sums.nextAt) : null,
  }
}

export function fetchView(row: SnapshotRow): FetchView {
  const { id, at, url, outcome, detail, status, change, fetch_ms: ms } = row
  return { id, at: time(at), url, outcome, detail, status, change, ms }
}

export function findingView(row: FindingRow, names: PlatformNames): FindingView {
  return {
    id: row.id,
    at: time(row.at),
    behaviour: row.behaviour as FindingView['behaviour'],
    article: row.article,
    score: row.score,
    span: row.span,
    reason: row.reason,
    decision: row.decision,
    model: { name: row.model, version: row.model_version, ...settingsOf(row) },
    title: row.title,
    url: row.url,
    platform: platformOf(names, row.platform_id),
    leadId: row.lead_id,
    snapshotId: row.snapshot_id,
    standing: standingOf(row),
  }
}

export function leadView(row: LeadRow, names: PlatformNames): LeadView {
  return {
    id: row.id,
    state: row.state,
    behaviour: row.behaviour as LeadView['behaviour'],
    article: row.article,
    score: row.score,
    reason: row.reason,
    title: row.title,
    url: row.url,
    platform: platformOf(names, row.platform_id),
    listingId: row.listing_id,
    shop: row.shop_id === null ? null : { id: row.shop_id, name: row.shop_name ?? '' },
    region: row.region,
    firstAt: time(row.first_at),
    lastAt: time(row.last_at),
    seen: row.seen,
    demo: row.demo,
    dismissedFor: row.dismissed_for as LeadView['dismissedFor'],
    standing: standingOf(row),
  }
}
