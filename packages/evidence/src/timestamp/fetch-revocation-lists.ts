/** Fetches the revocation lists of a chain from where its certificates say. */
import { type Bytes, digest, Failure, toHex } from '@mingzheng/kernel'
import { type ParsedCertificate, parseRevocationList } from '@mingzheng/proof'
import { readBounded } from './read-bounded.ts'

/** Lists of public authorities can be long; what travels in every package must not. */
const MAX_BYTES = 2 << 20
const MOST_ADDRESSES = 3

export interface RevocationFetching {
  ask: typeof fetch
  timeoutMs: number
  signal?: AbortSignal
}

/** One list for each certificate below the root, from the first address that answers with one; others are left out. */
export async function fetchRevocationLists(
  chain: readonly ParsedCertificate[],
  fetching: RevocationFetching,
): Promise<{ name: string; der: Bytes }[]> {
  const lists = new Map<string, Bytes>()
  for (const certificate of chain.slice(0, -1)) {
    for (const address of certificate.revocationAddresses.slice(0, MOST_ADDRESSES)) {
      const der = await fetchList(address, fetching)
      if (der === null) continue
      lists.set(`timestamp-${toHex(digest('sha256', certificate.issuer.der)).slice(0, 16)}.crl`, der)
      break
    }
  }
  return [...lists].map(([name, der]) => ({ name, der }))
}

async function fetchList(address: string, { ask, timeoutMs, signal }: RevocationFetching): Promise<Bytes | null> {
  const patience = AbortSignal.timeout(timeoutMs)
  try {
    const both = signal === undefined ? patience : AbortSignal.any([signal, patience])
    const response = await ask(address, { redirect: 'follow', signal: both })
    if (response.status !== 200) return null
    const der = await readBounded(response, MAX_BYTES, () => new Failure('crl-malformed', 'the list is too long'))
    parseRevocationList(der)
    return der
  } catch {
    signal?.throwIfAborted()
    return null
  }
}
