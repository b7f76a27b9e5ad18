/** Findings of panels become leads as others do; what the lead says already is not told again. */
import { idTime, toHex } from '@mingzheng/kernel'
import { sql, type Transaction } from 'kysely'
import type { ClaimedTask } from '../frontier/claim.ts'
import type { PanelFound } from '../panel/judge-subject.ts'
import type { MonitoringTables, SnapshotTable } from '../register/schema.ts'
import type { JudgedListing } from './judged-listing.ts'
import { keepLeads } from './keep-leads.ts'

export interface PanelLeads {
  readonly task: ClaimedTask
  readonly platformId: string
  readonly found: readonly PanelFound[]
  readonly now: Date
}

type Tx = Transaction<MonitoringTables>
type Snapshot = Pick<
  { [column in keyof SnapshotTable]: SnapshotTable[column] },
  'url' | 'final_url' | 'status' | 'media_type' | 'charset'
> & { id: string; at: Date; body_sha256: Uint8Array | null; detail: string }

export async function keepPanelLeads(
  tx: Tx,
  { task, platformId, found, now }: PanelLeads,
): Promise<{ findings: number; undecided: number; leads: number }> {
  const decided = found.filter(({ finding }) => finding.decision === 'lead')
  const fresh = await untold(tx, decided)
  if (fresh.length === 0) return { findings: 0, undecided: 0, leads: 0 }
  const snapshots = await snapshotsOf(tx, fresh)
  const listings = fresh.flatMap((one): JudgedListing[] => {
    const snapshot = snapshots.get(one.listing.snapshot_id)
    return snapshot === undefined || snapshot.body_sha256 === null ? [] : [listingOf(one, snapshot, now)]
  })
  return keepLeads(tx, { claim: { task, platformId }, packed: [], listings, now: now.getTime() })
}

/** Those whose lead says something else, or is not there. */
async function untold(tx: Tx, found: readonly PanelFound[]): Promise<PanelFound[]> {
  if (found.length === 0) return []
  const rows = await tx
    .selectFrom('lead')
    .select(['listing_id', 'behaviour', 'reason'])
    .where('listing_id', 'in', [...new Set(found.map(({ listing }) => listing.id))])
    .execute()
  const told = new Set(rows.map(({ listing_id, behaviour, reason }) => `${listing_id}\n${behaviour}\n${reason}`))
  return found.filter(({ listing, finding }) => !told.has(`${listing.id}\n${finding.behaviour}\n${finding.reason}`))
}

async function snapshotsOf(tx: Tx, found: readonly PanelFound[]): Promise<Map<string, Snapshot>> {
  // A snapshot's id holds its time, by which it is found among all months.
  const ids = [...new Set(found.map(({ listing }) => listing.snapshot_id))]
  const { rows } = await sql<Snapshot>`
    select s.id, s.at, s.url, s.final_url, s.status, s.media_type, s.charset, s.body_sha256, s.detail
    from unnest(${ids}::text[], ${ids.map((id) => new Date(idTime(id)))}::timestamptz[]) as w(id, at)
    join snapshot s on s.at = w.at and s.id = w.id`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

function listingOf({ listing, line, day, finding, panel }: PanelFound, snapshot: Snapshot, now: Date): JudgedListing {
  return {
    line,
    day,
    findings: [finding],
    listingId: listing.id,
    shopId: listing.shop_id,
    foundAt: now.getTime(),
    panel,
    page: {
      at: snapshot.at.getTime(),
      snapshotId: snapshot.id,
      address: { url: listing.url, planted: false },
      fetched: {
        finalUrl: snapshot.final_url,
        status: snapshot.status,
        mediaType: snapshot.media_type,
        charset: snapshot.charset,
        drawn: snapshot.detail === 'drawn',
        ...(snapshot.detail === 'report' || snapshot.detail === 'upload' ? { by: snapshot.detail } : {}),
      },
      reading: { facts: listing.facts, sha256: toHex(new Uint8Array(snapshot.body_sha256!)) },
    },
  }
}
