/** Handing packages over: every fixed edition to every custodian, once, through outages and crashes. */
import {
  type Bytes,
  concat,
  fromHex,
  numberDigest,
  parseCertificateNumber,
  randomBytes,
  toHex,
} from '@mingzheng/kernel'
import { newSealing, type PartTree, SEALED_HEADER_BYTES, type Sealing } from '@mingzheng/proof'
import { type Selectable, sql } from 'kysely'
import { keepSecret, readSecret } from '../kept-secret.ts'
import type { CustodianMember } from './custodian.ts'
import type { CustodyParts } from './custody-service.ts'
import type { HoldingTable } from './custody-tables.ts'
import { formatProvedParts, MOST_PARTS_SENT } from './proved-parts.ts'
import { custodyContext, sealedPackage, treeOf } from './sealed-package.ts'

export type HoldingRow = Selectable<HoldingTable>

const ROWS_AT_ONCE = 200

/**
 * A row for every edition that a custodian should hold and does not: what is new, what was fixed before there were custodians,
 * and what a custodian has lost or shown that it no longer holds.
 */
export async function enrol(parts: CustodyParts, custodian: CustodianMember): Promise<number> {
  const { db, clock, retentionMs } = parts
  const missing = await sql<{ number: string; edition: number; organisation_id: string; blob_key: string }>`
    select e.number, e.edition, e.organisation_id, e.blob_key from evidence_edition e
    where not exists (select from custody_holding h where h.number = e.number and h.edition = e.edition
      and h.custodian = ${custodian.id} and h.state <> 'lost' and (h.state <> 'doubted' or h.doubt <> 'bytes'))
    order by e.made_at limit ${ROWS_AT_ONCE}`.execute(db)
  const now = clock.now()
  for (const row of missing.rows) {
    await db
      .insertInto('custody_holding')
      .values({
        ...row,
        id: toHex(randomBytes(16)),
        custodian: custodian.id,
        state: 'waiting',
        requested_at: new Date(now),
        retain_until: new Date(now + retentionMs),
        due_at: new Date(now),
        step: null,
        half: null,
        ready_entry: null,
        answer: null,
        parts: null,
        root: null,
        sealing: null,
        doubt: null,
        problem: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  return missing.rows.length
}

/** Seals the package for its custodian and enters the hand-over. The sealing is kept first: every try is the same file. */
export async function handOver(parts: CustodyParts, custodian: CustodianMember, row: HoldingRow): Promise<void> {
  const { db, openBlob, submit } = parts
  const sealing = row.sealing === null ? await keepNewSealing(parts, custodian, row) : sealingOf(parts, row)
  const tree = await treeOf(await sealedPackage(await openBlob(row.blob_key), sealing))
  const root = tree.root()
  await db
    .updateTable('custody_holding')
    .set({ parts: tree.size, root: Buffer.from(root) })
    .where('id', '=', row.id)
    .execute()
  parts.trees.set(row.id, tree)
  const h = fromHex(row.id)
  await submit('hand', h, {
    h,
    k: custodian.actor,
    r: root,
    z: tree.size,
    u: row.retain_until.getTime(),
    n: numberDigest(parseCertificateNumber(row.number)),
    e: row.edition,
  })
  // A copy that comes later bears the holds that lie on the evidence.
  const holds = await db
    .selectFrom('custody_legal_hold')
    .select('id')
    .where('number', '=', row.number)
    .where('lifted_at', 'is', null)
    .execute()
  for (const { id } of holds) await submit('hold', concat(h, fromHex(id)), { h, x: fromHex(id) })
}

/** Sends what the custodian has not yet. Answers whether it has all; it confirms on the ledger. */
export async function upload(
  parts: CustodyParts,
  custodian: CustodianMember,
  row: HoldingRow,
  signal: AbortSignal,
): Promise<boolean> {
  const node = parts.nodeOf(custodian)
  let received = await node.received(row.id, signal)
  if (received === null) return false
  if (received >= row.parts!) return true
  const file = await sealedPackage(await parts.openBlob(row.blob_key), sealingOf(parts, row))
  const tree = await knownTree(parts, row, () => treeOf(file))
  while (received < file.parts) {
    signal.throwIfAborted()
    const from = received
    const numbered: { index: number; part: Bytes }[] = []
    for (let index = from; index < Math.min(file.parts, from + MOST_PARTS_SENT); index++) {
      numbered.push({ index, part: await file.part(index) })
    }
    received = await node.send(row.id, from, formatProvedParts(tree, numbered), signal)
    if (received <= from) return false
  }
  parts.trees.delete(row.id)
  return true
}

async function knownTree(parts: CustodyParts, row: HoldingRow, make: () => Promise<PartTree>): Promise<PartTree> {
  const known = parts.trees.get(row.id) ?? (await make())
  parts.trees.set(row.id, known)
  return known
}

async function keepNewSealing(parts: CustodyParts, custodian: CustodianMember, row: HoldingRow): Promise<Sealing> {
  const sealing = await newSealing(custodian.boxKey, custodyContext(row.id))
  const kept = keepSecret(parts.secret, row.id, concat(sealing.header, sealing.key))
  await parts.db.updateTable('custody_holding').set({ sealing: kept }).where('id', '=', row.id).execute()
  return sealing
}

function sealingOf(parts: CustodyParts, row: HoldingRow): Sealing {
  const kept = readSecret(parts.secret, row.id, row.sealing as Bytes)
  return { header: kept.slice(0, SEALED_HEADER_BYTES), key: kept.slice(SEALED_HEADER_BYTES) }
}
