/**
 * Bodies of snapshots, each kept once under its digest. Those of a batch are written as one blob, so that a small page does not
 * cost a file and a sync; each is compressed by itself (RFC 8878) and read alone by its place.
 */
import { promisify } from 'node:util'
import { zstdCompressSync, zstdDecompress } from 'node:zlib'
import { type Bytes, type Clock, concat, digest, equalBytes, Failure, fromHex, newId } from '@mingzheng/kernel'
import type { BlobStore } from '@mingzheng/storage'
import { type Kysely, sql } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'

const unpack = promisify(zstdDecompress)
const LARGEST = 64 << 20

/** A row of `snapshot_body`. */
export interface PackedBody {
  readonly sha256: Bytes
  readonly sm3: Bytes
  readonly bytes: number
  readonly pack: string
  readonly place: number
  readonly packed: number
}

export interface PackStore {
  readonly blobs: BlobStore
  readonly clock: Clock
  /** Every key carries the province: provinces exchange. */
  readonly province: string
}

/**
 * Writes what is not there yet of `bodies`, which are under their SHA-256 in hex; durable when it resolves. The rows are for the caller's transaction: a pack whose rows never came
 * is read by nobody.
 */
export async function packBodies(
  db: Kysely<MonitoringTables>,
  store: PackStore,
  bodies: ReadonlyMap<string, Bytes>,
): Promise<PackedBody[]> {
  if (bodies.size === 0) return []
  const digests = [...bodies.keys()].map((hex) => Buffer.from(hex, 'hex'))
  const { rows: known } = await sql<{ sha256: Buffer }>`
    select sha256 from snapshot_body where sha256 = any (${digests}::bytea[])`.execute(db)
  const there = new Set(known.map(({ sha256 }) => sha256.toString('hex')))
  const pieces: Bytes[] = []
  const packed: PackedBody[] = []
  const now = store.clock.now()
  const pack = `snapshots/${store.province}/${new Date(now).toISOString().slice(0, 10)}/${newId(now)}.pack`
  let place = 0
  for (const [hex, bytes] of bodies) {
    if (there.has(hex)) continue
    const piece = zstdCompressSync(bytes)
    pieces.push(piece)
    packed.push({
      sha256: fromHex(hex),
      sm3: digest('sm3', bytes),
      bytes: bytes.length,
      pack,
      place,
      packed: piece.length,
    })
    place += piece.length
  }
  if (pieces.length > 0) await store.blobs.put(pack, pieces)
  return packed
}

/** Keeps where bodies are; one that another worker kept meanwhile stays where that one put it. */
export async function keepPacked(db: Kysely<MonitoringTables>, packed: readonly PackedBody[]): Promise<void> {
  if (packed.length === 0) return
  await sql`
    insert into snapshot_body (sha256, sm3, bytes, pack, place, packed)
    select * from unnest(${packed.map(({ sha256 }) => Buffer.from(sha256))}::bytea[],
      ${packed.map(({ sm3 }) => Buffer.from(sm3))}::bytea[], ${packed.map(({ bytes }) => bytes)}::int[],
      ${packed.map(({ pack }) => pack)}::text[], ${packed.map(({ place }) => place)}::int[],
      ${packed.map((one) => one.packed)}::int[])
    on conflict do nothing`.execute(db)
}

/** The body of a digest; `null` when it is not held. Throws `snapshot-damaged` when the store gives other bytes. */
export async function readBody(
  db: Kysely<MonitoringTables>,
  blobs: BlobStore,
  sha256: Uint8Array,
): Promise<Bytes | null> {
  const row = await db.selectFrom('snapshot_body').selectAll().where('sha256', '=', sha256).executeTakeFirst()
  if (row === undefined) return null
  const pieces: Bytes[] = []
  for await (const piece of await blobs.open(row.pack, { start: row.place, end: row.place + row.packed - 1 })) {
    pieces.push(piece)
  }
  const bytes = await unpack(concat(...pieces), { maxOutputLength: LARGEST }).catch(() => null)
  if (bytes === null || !equalBytes(digest('sha256', bytes), sha256)) {
    throw new Failure('snapshot-damaged', 'the stored snapshot is not what was fetched', {
      remedy: 'bring the blobs back from a backup',
    })
  }
  return bytes
}
