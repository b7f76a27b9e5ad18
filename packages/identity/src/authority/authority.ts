/**
 * The embedded certificate authority: one root for P-256 with SHA-256 and one for SM2 with SM3, key certificates for
 * organisations, officers, the timestamp authority and TLS, and revocation lists. Its names say that it is not licensed.
 */
import { type Bytes, type Clock, Failure, type PublicKey, randomBytes, type Signer, toHex } from '@mingzheng/kernel'
import { type CertificatePurpose, parseCertificate, type RevocationReason } from '@mingzheng/proof'
import type { KeyStore } from '../keys/key-store.ts'
import type { AuthorityFamily, AuthorityStore, IssuedCertificate } from './authority-store.ts'
import { buildCertificate, buildRevocationList, type CertificateSubject, encodeName } from './build-certificate.ts'

export interface AuthorityOptions {
  /** Who operates it; stands in the roots' names. */
  organisation: string
  store: AuthorityStore
  /** Holds the roots' keys under `authority-p256` and `authority-sm2`. */
  keys: KeyStore
  clock: Clock
  random?: (length: number) => Bytes
}

export interface CertificateRequest {
  subject: CertificateSubject
  publicKey: PublicKey
  purpose: CertificatePurpose
  /** Validity from now on, at most the root's own. */
  days: number
  dnsNames?: readonly string[]
}

export interface RevocationListFile {
  /** `authority-p256.crl`, `authority-sm2.crl`. */
  name: string
  der: Bytes
}

export interface CertificateAuthority {
  /** DER of both roots: what a trust policy lists. */
  readonly roots: Readonly<Record<AuthorityFamily, Bytes>>
  /**
   * Issues and keeps a certificate: SM2 keys from the SM2 root, others from the P-256 root. Durable when it resolves.
   * Throws `certificate-request-invalid` with the field.
   */
  issue(request: CertificateRequest): Promise<IssuedCertificate>
  /**
   * Revokes as from `at` (default: now). Answers `false` when it was revoked before, which then stands. Throws
   * `certificate-unknown`, or `revocation-in-future`.
   */
  revoke(serial: string, reason: RevocationReason, at?: number): Promise<boolean>
  /** Fresh lists of both roots, in force for {@link LIST_DAYS} days. */
  revocationLists(): Promise<RevocationListFile[]>
  find(serial: string): Promise<IssuedCertificate | null>
  list(): Promise<IssuedCertificate[]>
}

const DAY = 86_400_000
const ROOT_DAYS = 7305
/** How long a revocation list is in force. */
export const LIST_DAYS = 7
const FAMILIES = ['p256', 'sm2'] as const
const LABEL = { p256: 'P-256', sm2: 'SM2' } as const

/** Opens the authority, making its keys and roots on first use. May be called again after a crash at any point. */
export async function openAuthority(options: AuthorityOptions): Promise<CertificateAuthority> {
  const { store, keys, clock } = options
  const random = options.random ?? randomBytes
  const newSerial = () => {
    const bytes = random(16)
    // The first bit set to 01: positive, and always 128 bits long (RFC 5280 section 4.1.2.2 allows 20 octets).
    bytes[0] = (bytes[0]! & 0x3f) | 0x40
    return BigInt(`0x${toHex(bytes)}`)
  }
  const openRoot = async (family: AuthorityFamily) => {
    const signer = await keys.ensure(`authority-${family}`, family)
    const known = await store.root(family)
    if (known !== null) return { signer, der: known }
    const name = encodeName(rootSubject(options.organisation, family))
    const from = clock.now()
    const template = {
      serial: newSerial(),
      issuer: name,
      subject: name,
      notBefore: from,
      notAfter: from + ROOT_DAYS * DAY,
      publicKey: signer.publicKey,
      issuerKey: signer.publicKey,
      profile: 'root' as const,
    }
    const der = await buildCertificate(template, signer)
    await store.addRoot(family, der)
    return { signer, der }
  }
  const roots = { p256: await openRoot('p256'), sm2: await openRoot('sm2') }
  for (const family of FAMILIES) requireSameKey(roots[family].der, roots[family].signer, family)

  return {
    roots: { p256: roots.p256.der, sm2: roots.sm2.der },
    find: (serial) => store.find(serial),
    list: () => store.list(),

    async issue(request) {
      requireRequest(request)
      const family = request.publicKey.algorithm === 'sm2' ? 'sm2' : 'p256'
      const { signer, der: rootDer } = roots[family]
      const root = parseCertificate(rootDer)
      const notBefore = Math.floor(clock.now() / 1000) * 1000
      const notAfter = Math.min(notBefore + request.days * DAY, root.notAfter)
      const serial = newSerial()
      const der = await buildCertificate(
        {
          serial,
          issuer: root.subject.der,
          subject: encodeName(request.subject),
          notBefore,
          notAfter,
          publicKey: request.publicKey,
          issuerKey: signer.publicKey,
          profile: request.purpose,
          ...(request.dnsNames === undefined ? {} : { dnsNames: request.dnsNames }),
        },
        signer,
      )
      const { subject, serialHex } = parseCertificate(der)
      const issued: IssuedCertificate = {
        serial: serialHex,
        family,
        purpose: request.purpose,
        der,
        subject: subject.text,
        notBefore,
        notAfter,
        revocation: null,
      }
      await store.add(issued)
      return issued
    },

    async revoke(serial, reason, at = clock.now()) {
      if (at > clock.now()) throw new Failure('revocation-in-future', 'a revocation cannot begin in the future')
      const known = await store.find(serial)
      if (known === null) throw new Failure('certificate-unknown', `no certificate has the serial number ${serial}`)
      if (known.revocation !== null) return false
      await store.revoke(serial, { reason, at })
      return true
    },

    async revocationLists() {
      const files: RevocationListFile[] = []
      for (const family of FAMILIES) {
        const revoked = await store.revoked(family)
        const thisUpdate = clock.now()
        const template = {
          issuer: parseCertificate(roots[family].der).subject.der,
          number: await store.nextListNumber(family),
          thisUpdate,
          nextUpdate: thisUpdate + LIST_DAYS * DAY,
          revoked: revoked.flatMap(({ serial, revocation }) =>
            revocation === null ? [] : [{ serial: BigInt(`0x${serial}`), ...revocation }],
          ),
        }
        files.push({ name: `authority-${family}.crl`, der: await buildRevocationList(template, roots[family].signer) })
      }
      return files
    },
  }
}

const rootSubject = (organisation: string, family: AuthorityFamily): CertificateSubject => ({
  organisation,
  commonName: `明证内置证书机构（未经许可） Mingzheng embedded CA (not licensed) ${LABEL[family]}`,
})

function requireSameKey(der: Bytes, signer: Signer, family: AuthorityFamily): void {
  const { publicKey } = parseCertificate(der)
  if (publicKey.kind !== 'known' || toHex(publicKey.key.bytes) !== toHex(signer.publicKey.bytes)) {
    throw new Failure('authority-key-differs', `the key authority-${family} is not that of the root certificate`, {
      remedy: 'restore the keys and the journal of the authority from the same backup',
    })
  }
}

/** X.520 upper bounds; texts that would render as nothing are refused. */
function requireRequest(request: CertificateRequest): void {
  const wrong = (field: string, message: string) => new Failure('certificate-request-invalid', message, { field })
  const { subject, days } = request
  for (const field of ['commonName', 'organisation', 'unit'] as const) {
    const value = subject[field]
    if (value === undefined && field === 'unit') continue
    if (value === undefined || value.trim() === '' || [...value].length > 64) {
      throw wrong(`subject.${field}`, `${field} must have 1 to 64 characters`)
    }
  }
  if (subject.serialNumber !== undefined && !/^[A-Za-z0-9 '()+,./:=?-]{1,64}$/.test(subject.serialNumber)) {
    throw wrong('subject.serialNumber', 'the number of a card must have 1 to 64 printable ASCII characters')
  }
  if (!Number.isInteger(days) || days < 1 || days > ROOT_DAYS) throw wrong('days', 'days must be a positive number')
  for (const name of request.dnsNames ?? []) {
    if (!/^[a-z0-9.-]{1,253}$/.test(name)) throw wrong('dnsNames', `${name} is no host name`)
  }
}
