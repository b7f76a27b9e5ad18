/** Officers' keys and key certificates, of both families: issued when there is an officer, revoked when there is none any more. */
import { type Bytes, type Clock, type Signer, toHex } from '@mingzheng/kernel'
import { parseCertificate } from '@mingzheng/proof'
import type { Kysely } from 'kysely'
import type { CertificateAuthority } from '../authority/authority.ts'
import type { AuthorityFamily, IssuedCertificate } from '../authority/authority-store.ts'
import type { KeyStore } from '../keys/key-store.ts'
import type { IdentityTables } from '../schema.ts'

export interface CertifyOptions {
  db: Kysely<IdentityTables>
  authority: CertificateAuthority
  keys: KeyStore
  clock: Clock
  /** The organisation whose authority it is. */
  organisationId: string
}

export interface OfficerKey {
  signer: Signer
  /** DER of the certificate in force. */
  certificate: Bytes
}

const FAMILIES = ['p256', 'sm2'] as const
const DAY_MS = 86_400_000
const LIFE_DAYS = 2 * 365
/** A certificate is replaced when less than this is left. */
const RENEW_MS = 30 * DAY_MS

const keyName = (officerId: string, family: AuthorityFamily) => `officer-${officerId.toLowerCase()}-${family}`

/**
 * Brings certificates in line with the people: every active officer holds one of each family, for a key of their own
 * in the key store; those of disabled officers are revoked. May be called again at any time, and does nothing then.
 */
export async function certifyOfficers(options: CertifyOptions): Promise<{ issued: number; revoked: number }> {
  const officers = await options.db
    .selectFrom('officer')
    .innerJoin('person', 'person.id', 'officer.user_id')
    .innerJoin('organisation', 'organisation.id', 'officer.organisation_id')
    .leftJoin('unit', 'unit.id', 'officer.unit_id')
    .select(['officer.id', 'officer.name', 'card_number', 'person.state'])
    .select(['organisation.name as organisation', 'unit.name as unit'])
    .where('officer.organisation_id', '=', options.organisationId)
    .orderBy('officer.id')
    .execute()
  const byKey = certificatesByKey(await options.authority.list(), options.clock.now())
  const made = new Set(await options.keys.names())
  const done = { issued: 0, revoked: 0 }
  for (const officer of officers) {
    for (const family of FAMILIES) {
      const name = keyName(officer.id, family)
      if (officer.state !== 'active' && !made.has(name)) continue
      const { publicKey } = await options.keys.ensure(name, family)
      const standing = byKey.get(toHex(publicKey.bytes)) ?? []
      if (officer.state !== 'active') {
        for (const { serial } of standing) await options.authority.revoke(serial, 'cessation-of-operation')
        done.revoked += standing.length
      } else if (!standing.some((one) => one.notAfter - options.clock.now() > RENEW_MS)) {
        const { organisation, unit, card_number: serialNumber } = officer
        const subject = { organisation, commonName: officer.name, serialNumber, ...(unit === null ? {} : { unit }) }
        await options.authority.issue({ subject, publicKey, purpose: 'officer', days: LIFE_DAYS })
        done.issued++
      }
    }
  }
  return done
}

/** An officer's key with its certificate in force; null when there is none. */
export async function officerKey(
  options: Pick<CertifyOptions, 'authority' | 'keys' | 'clock'>,
  officerId: string,
  family: AuthorityFamily,
): Promise<OfficerKey | null> {
  const name = keyName(officerId, family)
  if (!(await options.keys.names()).includes(name)) return null
  const signer = await options.keys.open(name)
  const byKey = certificatesByKey(await options.authority.list(), options.clock.now())
  const newest = byKey.get(toHex(signer.publicKey.bytes))?.at(-1)
  return newest === undefined ? null : { signer, certificate: newest.der }
}

/** Officers' certificates that are neither revoked nor over, by the hexadecimal of their keys, oldest first. */
function certificatesByKey(all: IssuedCertificate[], now: number): Map<string, IssuedCertificate[]> {
  const found = new Map<string, IssuedCertificate[]>()
  for (const certificate of all) {
    if (certificate.purpose !== 'officer' || certificate.revocation !== null || certificate.notAfter <= now) continue
    const { publicKey } = parseCertificate(certificate.der)
    if (publicKey.kind !== 'known') continue
    const key = toHex(publicKey.key.bytes)
    found.set(key, [...(found.get(key) ?? []), certificate])
  }
  return found
}
