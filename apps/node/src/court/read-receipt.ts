/** A receipt that somebody hands in: JSON as every node serves it at `/receipt/<index>`. */
import { fromBase64 } from '@mingzheng/kernel'
import { decodeEntry, parseSignedCheckpoint, parseTlogProof, type RandomAccess } from '@mingzheng/proof'
import { z } from 'zod'
import type { ForeignEntry } from './foreign.ts'

const LONGEST = 262_144

const schema = z.object({
  index: z.number().int().min(0),
  entry: z.base64().max(32_768),
  proof: z.string().max(65_536),
  proofSm3: z.string().max(65_536),
})

/** The receipt's parts, believed by nobody yet; `null` when the file is none. */
export async function readReceipt(source: RandomAccess): Promise<ForeignEntry | null> {
  if (source.size > LONGEST || source.size < 2) return null
  try {
    const value = JSON.parse(Buffer.from(await source.read(0, source.size)).toString('utf8')) as unknown
    const { index, entry: text, proof, proofSm3 } = schema.parse(value)
    const entry = fromBase64(text)
    decodeEntry(entry)
    const { origin } = parseSignedCheckpoint(parseTlogProof(proof).checkpoint).checkpoint
    return { origin, index, entry, proof, proofSm3 }
  } catch {
    return null
  }
}
