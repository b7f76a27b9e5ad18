/** One pass over all members: each is digested, those that the checks read are kept. Memory stays bounded. */
import { type Bytes, concat, createDigest, Failure } from '@mingzheng/kernel'
import type { DigestEngine, MemberDigests } from '../package/digests.ts'
import type { Layout, PlacedMember } from '../package/layout.ts'
import { CHUNK_BYTES, type RandomAccess, readRange } from '../package/random-access.ts'

/** Members that checks read whole, with the most bytes each may have; `data/` is only digested. */
const KEPT: [prefix: string, limit: number][] = [
  ['manifest.json', 16 << 20],
  ['data/edition.json', 1 << 20],
  ['data/edition-p256.p7s', 1 << 20],
  ['data/edition-sm2.p7s', 1 << 20],
  ['proof/', 1 << 20],
  ['documents/', 32 << 20],
  ['seal.json', 16 << 20],
]
/** Most bytes kept of all members together. */
const KEPT_TOTAL = 96 << 20

export interface Contents {
  /** Digests by path, in member order. */
  digests: Map<string, MemberDigests>
  /** Whole members by path. */
  kept: Map<string, Bytes>
  /** Members whose CRC differs from the ZIP's, and members too long to be read whole. */
  corrupt: string[]
  oversized: string[]
  /** SHA-256 of the whole file, when it was asked for. */
  whole?: Bytes
}

export interface ReadOptions {
  engine: DigestEngine
  /** Also digest the file as a whole, for renewals. */
  whole: boolean
  /** Bytes read so far; at least once a chunk. */
  onProgress?: ((read: number, total: number) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Reads every member once. Throws `aborted` when the signal says so, and what the source throws. */
export async function readContents(source: RandomAccess, layout: Layout, options: ReadOptions): Promise<Contents> {
  const contents: Contents = { digests: new Map(), kept: new Map(), corrupt: [], oversized: [] }
  const whole = options.whole ? createDigest('sha256') : null
  const buffer = new Uint8Array(CHUNK_BYTES)
  let read = 0
  let keptBytes = 0
  for (const member of layout.members) {
    whole?.update(member.header)
    const keep = isKept(member, keptBytes)
    if (keep === 'too-long') contents.oversized.push(member.path)
    const parts: Bytes[] = []
    const chunks = async function* () {
      for await (const chunk of readRange(source, member.dataAt, member.bytes, buffer)) {
        if (options.signal?.aborted) throw new Failure('aborted', 'the verification was stopped')
        if (keep === 'yes') parts.push(new Uint8Array(chunk))
        whole?.update(chunk)
        yield chunk
        read += chunk.length
        options.onProgress?.(read, source.size)
      }
    }
    const digests = await options.engine.digest(chunks())
    contents.digests.set(member.path, digests)
    if (digests.crc32 !== member.crc32) contents.corrupt.push(member.path)
    if (keep === 'yes') {
      contents.kept.set(member.path, concat(...parts))
      keptBytes += member.bytes
    }
  }
  if (whole !== null) contents.whole = whole.update(layout.tail).digest()
  return contents
}

function isKept(member: PlacedMember, keptBytes: number): 'yes' | 'no' | 'too-long' {
  const rule = KEPT.find(
    ([prefix]) => member.path === prefix || (prefix.endsWith('/') && member.path.startsWith(prefix)),
  )
  if (rule === undefined) return 'no'
  return member.bytes > rule[1] || keptBytes + member.bytes > KEPT_TOTAL ? 'too-long' : 'yes'
}
