/** The cross-chain proof of an entry of this ledger: its path to a checkpoint that another ledger recorded, and that record's receipts. */
import { Failure, fromBase64 } from '@mingzheng/kernel'
import type { ReadLogFile } from '@mingzheng/ledger'
import {
  decodeEntry,
  encodeCrossChain,
  foldPlan,
  hashesFromTiles,
  type Profile,
  planInclusion,
  type Tile,
  tilePath,
  tilesForPlan,
} from '@mingzheng/proof'
import { z } from 'zod'

const recordSchema = z.object({
  entry: z.base64().max(32_768),
  proof: z.string().max(65_536),
  proofSm3: z.string().max(65_536),
})

export interface CrossChainQuestion {
  /** Entry of this ledger, and this ledger's origin. */
  readonly index: number
  readonly own: string
  /** Addresses of the other ledger's members. */
  readonly urls: readonly string[]
  readonly readAt: (address: string) => Promise<Uint8Array>
  /** This ledger's own log. */
  readonly readOwn: ReadLogFile
}

/** Canonical bytes; believed by nobody yet. Throws `not-found` where no member of the other ledger has such a record. */
export async function crossChainOf({ index, own, urls, readAt, readOwn }: CrossChainQuestion): Promise<Uint8Array> {
  for (const url of urls) {
    try {
      const body = await readAt(`${url}/chains/recorded?origin=${encodeURIComponent(own)}&index=${index}`)
      const record = recordSchema.parse(JSON.parse(Buffer.from(body).toString('utf8')))
      const entry = fromBase64(record.entry)
      const size = Number(decodeEntry(entry).body.z)
      const path = {
        sha256: await inclusion(readOwn, 'sha256', index, size),
        sm3: await inclusion(readOwn, 'sm3', index, size),
      }
      return encodeCrossChain({ index, record: { entry, receipt: record.proof, receiptSm3: record.proofSm3 }, path })
    } catch {
      // Another member of it may answer, or have the record already.
    }
  }
  throw new Failure('not-found', 'the other ledger has recorded no checkpoint above that entry yet')
}

async function inclusion(read: ReadLogFile, profile: Profile, index: number, size: number) {
  const plan = planInclusion(index, size)
  const tiles = new Map<string, Uint8Array>()
  for (const tile of tilesForPlan(plan, size)) {
    tiles.set(tilePath(tile), await read(`${profile === 'sm3' ? 'sm3/' : ''}${tilePath(tile)}`))
  }
  return foldPlan(
    profile,
    plan,
    hashesFromTiles(profile, size, (tile: Tile) => tiles.get(tilePath(tile))!),
  )
}
