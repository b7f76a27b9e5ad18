/** Likeness of texts by the smallest hashes of their shingles (Broder 1997): texts alike have them in common. */

const HASHES = 16
const SHINGLE = 3
const BANDS = 4

/** Hashes of a text without spaces, signs and case, or `null` for one too short to be alike by more than chance. */
export function signatureOf(text: string, shortest: number): Uint32Array | null {
  const bare = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
  if (bare.length < shortest) return null
  const least = new Uint32Array(HASHES).fill(0xffffffff)
  const end = Math.min(bare.length, 500) - SHINGLE
  for (let i = 0; i <= end; i++) {
    let hash = 2166136261
    for (let j = 0; j < SHINGLE; j++) hash = Math.imul(hash ^ bare.charCodeAt(i + j), 16777619)
    for (let k = 0; k < HASHES; k++) {
      hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) + k
      const value = hash >>> 0
      if (value < least[k]!) least[k] = value
    }
  }
  return least
}

/** Share of shingles in common, as estimated from the hashes. */
function likeness(a: Uint32Array, b: Uint32Array): number {
  let same = 0
  for (let k = 0; k < HASHES; k++) if (a[k] === b[k]) same++
  return same / HASHES
}

/** Which texts are alike to an earlier or later one, and with whom; only those that share a band are compared. */
export function alike(
  signatures: readonly (Uint32Array | null)[],
  least: number,
  mayCount: (a: number, b: number) => boolean,
): Set<number> {
  const found = new Set<number>()
  const rows = HASHES / BANDS
  for (let band = 0; band < BANDS; band++) {
    const buckets = new Map<string, number[]>()
    signatures.forEach((signature, i) => {
      if (signature === null) return
      const key = signature.subarray(band * rows, (band + 1) * rows).join()
      const bucket = buckets.get(key)
      if (bucket === undefined) buckets.set(key, [i])
      else {
        // The first few stand for all of a bucket, so that a thousand copies cost a thousand comparisons.
        for (const other of bucket.slice(0, 4)) {
          if (mayCount(i, other) && likeness(signature, signatures[other]!) >= least) found.add(i).add(other)
        }
        bucket.push(i)
      }
    })
  }
  return found
}
