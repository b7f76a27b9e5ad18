/** Extensions of certificates, revocation lists and their entries (RFC 5280 section 4.1). */
import type { Bytes } from '@mingzheng/kernel'
import { DerReader, malformed, TAG } from './der.ts'
import { der } from './der-build.ts'
import { oidOf } from './der-value.ts'

export interface Extension {
  readonly critical: boolean
  /** Contents of the OCTET STRING: the DER of the extension's own type. */
  readonly value: Bytes
}

/** Reads the SEQUENCE of extensions by OID. Throws `der-malformed`, also where one stands twice. */
export function readExtensions(bytes: Bytes): Map<string, Extension> {
  const found = new Map<string, Extension>()
  const outer = new DerReader(bytes)
  const list = outer.enter(TAG.sequence, 'the extensions')
  outer.end('the extensions')
  for (const item of list.each(TAG.sequence)) {
    const reader = new DerReader(item.content)
    const oid = oidOf(reader.read())
    const flag = reader.optional(TAG.boolean)
    // DEFAULT FALSE is left out in DER.
    if (flag !== undefined && flag.content[0] !== 0xff) throw malformed('a default is written out')
    const value = reader.expect(TAG.octetString, 'an extension').content
    reader.end('an extension')
    if (found.has(oid)) throw malformed('an extension stands twice')
    found.set(oid, { critical: flag !== undefined, value })
  }
  return found
}

/** One extension. */
export function encodeExtension(oid: string, critical: boolean, value: Bytes): Bytes {
  return der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octets(value))
}
