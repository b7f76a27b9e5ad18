/** Distinguished names (RFC 5280 section 4.1.2.4). Two names are the same when their DER is. */
import { type Bytes, equalBytes } from '@mingzheng/kernel'
import { DerReader, TAG } from './der.ts'
import { oidOf, textOf } from './der-value.ts'
import { OID } from './object-identifier.ts'

export interface DistinguishedName {
  readonly der: Bytes
  /** `null` where the name has no such attribute; the last one where it has several. */
  readonly commonName: string | null
  readonly organisation: string | null
  readonly unit: string | null
  readonly country: string | null
  /** Attribute serialNumber: the enforcement card of an officer. */
  readonly serialNumber: string | null
  /** For people, in the order of the name: `C=CN, O=..., CN=...`. */
  readonly text: string
}

const SHORT: Record<string, string> = {
  [OID.commonName]: 'CN',
  [OID.organizationName]: 'O',
  [OID.organizationalUnitName]: 'OU',
  [OID.countryName]: 'C',
  [OID.serialNumber]: 'serialNumber',
}

/** Reads a Name element. Throws `der-malformed`. */
export function readName(der: Bytes): DistinguishedName {
  const attributes: [oid: string, value: string][] = []
  for (const set of new DerReader(der).enter(TAG.sequence, 'a name').each(TAG.set)) {
    for (const attribute of new DerReader(set.content).each(TAG.sequence)) {
      const reader = new DerReader(attribute.content)
      attributes.push([oidOf(reader.read()), textOf(reader.read())])
      reader.end('an attribute of a name')
    }
  }
  const last = (oid: string) => attributes.findLast(([name]) => name === oid)?.[1] ?? null
  return {
    der,
    commonName: last(OID.commonName),
    organisation: last(OID.organizationName),
    unit: last(OID.organizationalUnitName),
    country: last(OID.countryName),
    serialNumber: last(OID.serialNumber),
    text: attributes.map(([oid, value]) => `${SHORT[oid] ?? oid}=${value}`).join(', '),
  }
}

export const sameName = (a: DistinguishedName, b: DistinguishedName): boolean => equalBytes(a.der, b.der)

/** What a certificate or token calls its owner: the common name, else the organisation, else the whole name. */
export const displayName = (name: DistinguishedName): string => name.commonName ?? name.organisation ?? name.text
