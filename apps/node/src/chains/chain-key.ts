/** A name for files about another ledger: an origin may hold what a path must not. */
import { digest, toHex, utf8 } from '@mingzheng/kernel'

export function chainKey(origin: string): string {
  return toHex(digest('sha256', utf8(origin))).slice(0, 32)
}
