/** The app hash: what members compare after every block. docs/formats/transaction.md. */
import { type Bytes, bigEndian, concat, digest, utf8 } from '@mingzheng/kernel'
import type { Profile } from '@mingzheng/proof'

const DOMAIN = utf8('mingzheng app hash v1\n')

/** `H(domain, size of the log, roots of both trees, digest of the state)`. */
export function appHash(size: number, root: { readonly [profile in Profile]: Bytes }, state: Bytes): Bytes {
  return digest('sha256', concat(DOMAIN, bigEndian(size, 8), root.sha256, root.sm3, state))
}
