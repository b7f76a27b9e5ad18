/** Keys with certificates of the embedded authority that are in force: the timestamp authority's, and each organisation's. */
import type { CertificateAuthority, IssuedCertificate, KeyStore } from '@mingzheng/identity'
import { type Bytes, type Clock, digest, type Signer, toHex, utf8 } from '@mingzheng/kernel'
import { parseCertificate, type SealSigner } from '@mingzheng/proof'

export interface CertifiedKey {
  signer: Signer
  /** DER, leaf first, the root left out. */
  certificates: Bytes[]
  commonName: string
  /** Of the certificate, as the authority lists it. */
  serial: string
}

export interface OrganisationKeys {
  /** Signs documents, and the first signature of a seal. */
  document: CertifiedKey
  /** P-256, then SM2. */
  seal: SealSigner[]
}

interface Issuer {
  keys: KeyStore
  authority: CertificateAuthority
  clock: Clock
}

interface CertifiedKeyOptions extends Issuer {
  name: string
  purpose: IssuedCertificate['purpose']
  commonName: string
  organisation: string
  algorithm: 'p256' | 'sm2'
}

const YEAR_DAYS = 365
/** A key certificate is replaced when less than this is left. */
const RENEW_MS = 30 * 86_400_000

/** The key with a certificate that is in force, issuing one where there is none. A key that was given away is not certified again: another is made. */
export async function certifiedKey(options: CertifiedKeyOptions): Promise<CertifiedKey> {
  const { authority, clock, organisation, purpose, algorithm } = options
  const commonName = options.commonName.slice(0, 64)
  const issued = await authority.list()
  for (let n = 1; ; n++) {
    const signer = await options.keys.ensure(n === 1 ? options.name : `${options.name}-${n}`, algorithm)
    const own = toHex(signer.publicKey.bytes)
    const mine = issued.filter(({ der }) => {
      const { publicKey } = parseCertificate(der)
      return publicKey.kind === 'known' && toHex(publicKey.key.bytes) === own
    })
    if (mine.some(({ revocation }) => revocation?.reason === 'key-compromise')) continue
    const usable = mine.filter(({ revocation, notAfter }) => revocation === null && notAfter - clock.now() > RENEW_MS)
    const certificate =
      usable.at(-1) ??
      (await authority.issue({
        subject: { organisation, commonName },
        publicKey: signer.publicKey,
        purpose,
        days: 3 * YEAR_DAYS,
      }))
    return { signer, certificates: [certificate.der], commonName, serial: certificate.serial }
  }
}

/** `first`: the name under which the installation was made, whose keys have names of their own. */
export function openOrganisationKeys(issuer: Issuer, first: string): (name: string) => Promise<OrganisationKeys> {
  const held = new Map<string, { keys: OrganisationKeys; serials: string[] }>()
  /** Whoever asks while they are made gets the same. */
  const making = new Map<string, Promise<{ keys: OrganisationKeys; serials: string[] }>>()
  const { authority, clock } = issuer

  async function make(organisation: string) {
    const mark = organisation === first ? '' : `-${toHex(digest('sha256', utf8(organisation))).slice(0, 16)}`
    const certified = (algorithm: 'p256' | 'sm2') =>
      certifiedKey({
        ...issuer,
        name: `organisation${mark}-${algorithm}`,
        purpose: 'organisation',
        commonName: organisation,
        organisation,
        algorithm,
      })
    const both = [await certified('p256'), await certified('sm2')] as const
    const seal = both.map(({ signer, certificates }) => ({ signer, certificates }))
    return { keys: { document: both[0], seal }, serials: both.map(({ serial }) => serial) }
  }

  async function inForce(serials: readonly string[]): Promise<boolean> {
    const found = await Promise.all(serials.map((serial) => authority.find(serial)))
    return found.every((one) => one?.revocation === null && one.notAfter - clock.now() > RENEW_MS)
  }

  return async (name) => {
    const known = held.get(name)
    if (known !== undefined && (await inForce(known.serials))) return known.keys
    const work = making.get(name) ?? make(name).finally(() => making.delete(name))
    making.set(name, work)
    const made = await work
    held.set(name, made)
    return made.keys
  }
}
