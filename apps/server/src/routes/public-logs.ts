/** The members' public logs over HTTP, and this platform's own. Answers are bounded in time and length. */
import type { Bytes } from '@mingzheng/kernel'
import { type PublicRoots, type ReachableLedger, type ReadLogFile, readPublicRoots } from '@mingzheng/ledger'
import type { PolicyMember, TrustPolicy } from '@mingzheng/proof'
import { z } from 'zod'

const TIMEOUT_MS = 2000
/** A full tile has 8 KiB; a checkpoint with all cosignatures a few. */
const LONGEST = 64 * 1024

/** Where a member's node serves its log, as the policy says; an embedded ledger's policy says nothing. */
export function urlOf(member: PolicyMember): string | null {
  return 'url' in member ? (member.url ?? null) : null
}

/** This platform's ledger, read as others read theirs. Throws where there is no such file. */
export function ownLog(ledger: Pick<ReachableLedger, 'serve'>): ReadLogFile {
  return async (path) => {
    const file = await ledger.serve(path)
    if (file === null) throw new Error(`${path} is not served`)
    return file.body
  }
}

/** Roots proved from the log that the member's node serves; `null` where no address is known. */
export async function rootsServedBy(
  member: PolicyMember,
  policy: TrustPolicy,
  size: number,
): Promise<PublicRoots | null> {
  const url = urlOf(member)
  return url === null ? null : readPublicRoots((path) => get(`${url}/log/${path}`), policy, size)
}

const positions = z.array(z.object({ height: z.number().int(), appHash: z.string().regex(/^[0-9a-f]{64}$/) })).max(64)

/** App hash of a block as the member's node gives it; `null` when it does not answer or no longer keeps it. */
export async function appHashOf(member: PolicyMember, height: number | null): Promise<string | null> {
  if (height === null) return null
  const told = await positionsOf(member, height)
  return told.find((one) => one.height === height)?.appHash ?? null
}

/** Blocks from a height on, as the member's node gives them; none when it does not answer. */
export async function positionsOf(member: PolicyMember, from: number): Promise<z.output<typeof positions>> {
  const url = urlOf(member)
  if (url === null) return []
  try {
    return positions.parse(JSON.parse(Buffer.from(await get(`${url}/peer/positions?from=${from}`)).toString('utf8')))
  } catch {
    return []
  }
}

async function get(address: string): Promise<Bytes> {
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' })
  if (!response.ok || response.body === null) throw new Error(`${address} answers with status ${response.status}`)
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of response.body) {
    length += piece.length
    if (length > LONGEST) throw new Error(`${address} answers at too great a length`)
    pieces.push(piece)
  }
  return new Uint8Array(Buffer.concat(pieces))
}
