/** The case index on its way to each court: a new piece whenever evidence of a case was fixed since the last. */
import { type Bytes, concat, fromHex, randomBytes, toHex } from '@mingzheng/kernel'
import { memorySource, newSealing, SEALED_HEADER_BYTES, type Sealing } from '@mingzheng/proof'
import { type Selectable, sql } from 'kysely'
import { keepSecret, readSecret } from '../kept-secret.ts'
import { caseIndexTag, encodeCaseIndex } from './case-index.ts'
import type { CustodianMember } from './custodian.ts'
import type { CustodyParts } from './custody-service.ts'
import type { CaseIndexTable } from './custody-tables.ts'
import { formatProvedParts, MOST_PARTS_SENT } from './proved-parts.ts'
import { custodyContext, sealedPackage, treeOf } from './sealed-package.ts'

type PieceRow = Selectable<CaseIndexTable>

const ENTRIES_A_PIECE = 5_000

/** Admits the court to ask for packages of ours; once on the ledger. */
export function admit(parts: CustodyParts, court: CustodianMember): Promise<void> {
  return parts.submit('admit', court.actor, { a: court.actor, y: true })
}

/** Makes a piece when there is something to tell, and brings the one that is under way further. */
export async function handIndex(parts: CustodyParts, court: CustodianMember, signal: AbortSignal): Promise<void> {
  const open = await parts.db
    .selectFrom('custody_case_index')
    .selectAll()
    .where('court', '=', court.id)
    .where('state', 'in', ['waiting', 'handed'])
    .executeTakeFirst()
  const piece = open ?? (await nextPiece(parts, court))
  if (piece === null || piece.due_at.getTime() > parts.clock.now()) return
  const content = readSecret(parts.secret, piece.id, piece.content as Bytes)
  const sealing = piece.sealing === null ? await keepNewSealing(parts, court, piece) : sealingOf(parts, piece)
  const file = await sealedPackage(memorySource(content), sealing)
  const tree = await treeOf(file)
  const h = fromHex(piece.id)
  if (piece.state === 'waiting') {
    const n = caseIndexTag(parts.origin)
    await parts.submit('hand', h, { h, k: court.actor, r: tree.root(), z: tree.size, u: 0, n, e: 1 })
    return
  }
  const node = parts.nodeOf(court)
  let received = await node.received(piece.id, signal)
  while (received !== null && received < file.parts) {
    const numbered: { index: number; part: Bytes }[] = []
    for (let index = received; index < Math.min(file.parts, received + MOST_PARTS_SENT); index++) {
      numbered.push({ index, part: await file.part(index) })
    }
    received = await node.send(piece.id, received, formatProvedParts(tree, numbered), signal)
  }
}

async function nextPiece(parts: CustodyParts, court: CustodianMember): Promise<PieceRow | null> {
  const { db, clock } = parts
  const last = await db
    .selectFrom('custody_case_index')
    .select(['until_at', 'until_number', 'until_edition'])
    .where('court', '=', court.id)
    .orderBy('until_at', 'desc')
    .orderBy('until_number', 'desc')
    .orderBy('until_edition', 'desc')
    .limit(1)
    .executeTakeFirst()
  const { until_at, until_number, until_edition } = last ?? {
    until_at: new Date(0),
    until_number: '',
    until_edition: 0,
  }
  // An edition whose transaction began earlier may become visible later: a minute is left for it.
  const until = new Date(clock.now() - SETTLED_MS)
  const { rows } = await sql<{ case: string; number: string; edition: number; made_at: Date }>`
    select v.case_reference as case, e.number, e.edition, e.made_at
    from evidence_edition e join evidence v on v.number = e.number
    where v.case_reference <> '' and (e.made_at, e.number, e.edition) > (${until_at}, ${until_number}, ${until_edition})
      and e.made_at <= ${until}
    order by e.made_at, e.number, e.edition limit ${ENTRIES_A_PIECE}`.execute(db)
  const end = rows.at(-1)
  if (end === undefined) return null
  const id = toHex(randomBytes(16))
  const entries = rows.map(({ case: name, number, edition }) => ({ case: name.slice(0, 200), number, edition }))
  const content = encodeCaseIndex({ version: 1, origin: parts.origin, entries })
  const row = await db
    .insertInto('custody_case_index')
    .values({
      id,
      court: court.id,
      content: keepSecret(parts.secret, id, content),
      sealing: null,
      parts: null,
      state: 'waiting',
      until_at: end.made_at,
      until_number: end.number,
      until_edition: end.edition,
      due_at: new Date(clock.now()),
      problem: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

const SETTLED_MS = 60_000

async function keepNewSealing(parts: CustodyParts, court: CustodianMember, piece: PieceRow): Promise<Sealing> {
  const sealing = await newSealing(court.boxKey, custodyContext(piece.id))
  const kept = keepSecret(parts.secret, `${piece.id} sealing`, concat(sealing.header, sealing.key))
  await parts.db.updateTable('custody_case_index').set({ sealing: kept }).where('id', '=', piece.id).execute()
  return sealing
}

function sealingOf(parts: CustodyParts, piece: PieceRow): Sealing {
  const kept = readSecret(parts.secret, `${piece.id} sealing`, piece.sealing as Bytes)
  return { header: kept.slice(0, SEALED_HEADER_BYTES), key: kept.slice(SEALED_HEADER_BYTES) }
}
