/**
 * What makes this installation itself: its ledger's name, its keys, its certificates, its trust policy. Made once, at the
 * first start, and read ever after; a crash in the middle of the first start makes the rest at the next.
 */
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '@mingzheng/evidence'
import {
  type CertificateAuthority,
  type KeyStore,
  openAuthority,
  openFileAuthorityStore,
  readMasterSecret,
} from '@mingzheng/identity'
import {
  type Bytes,
  type Clock,
  fromUtf8,
  hmac,
  randomBytes,
  type Signer,
  toBase64,
  toHex,
  utf8,
} from '@mingzheng/kernel'
import type { LedgerKeys } from '@mingzheng/ledger'
import { formatVerifierKey, makeVerifierKey, SM3_ORIGIN_SUFFIX, type TrustPolicy } from '@mingzheng/proof'
import { z } from 'zod'
import { type CertifiedKey, certifiedKey, type OrganisationKeys, openOrganisationKeys } from './certified-key.ts'
import { openKeys } from './open-keys.ts'

const markSchema = z.strictObject({
  version: z.literal(1),
  /** Eight hex digits that tell this ledger from every other. */
  ledger: z.string().regex(/^[0-9a-f]{8}$/),
  /** First part of the ledger's name: the host under which it was first reached. */
  host: z.string().regex(/^[a-z0-9.-]{1,100}$/),
  province: z.string(),
  demo: z.boolean(),
  organisation: z.strictObject({ zh: z.string(), en: z.string() }),
})

export interface InstallationOptions {
  folder: string
  clock: Clock
  province: string
  /** Host under which the installation is reached; null when none is configured. */
  host: string | null
  demo: boolean
  organisation: { zh: string; en: string }
  /** Roots of other timestamp authorities, DER, believed beside the embedded one's. */
  timestampRoots: readonly Bytes[]
  /** Token that holds the P-256 and Ed25519 keys; files when null. */
  token: { module: string; token: string; pinFile: string } | null
}

export interface Installation {
  origin: string
  province: string
  demo: boolean
  organisation: { zh: string; en: string }
  keys: KeyStore
  authority: CertificateAuthority
  ledgerKeys: LedgerKeys
  policy: TrustPolicy
  /**
   * What an organisation issues in its own name, by its name: keys of its own in this installation's store, certified by its authority. Made when
   * they are first asked for; another takes the place of one that is revoked or about to end.
   */
  organisationKeys(name: string): Promise<OrganisationKeys>
  timestampKey: CertifiedKey
  /** Secret of the check codes of certificate numbers. */
  numberSecret: Bytes
  /** A key for one purpose of this instance, drawn from the master secret. */
  secretFor(purpose: string): Bytes
  close(): Promise<void>
}

export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const { folder, clock } = options
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o700)
  const master = await readMasterSecret(join(folder, 'master.secret'))
  const { keys, closeKeys } = await openKeys(join(folder, 'keys'), master, options.token)
  const mark = await readMark(options)
  const origin = `${mark.host}/${mark.province}/${mark.ledger}`
  const store = await openFileAuthorityStore(join(folder, 'authority.journal'))
  const authority = await openAuthority({ organisation: mark.organisation.zh, store, keys, clock })
  const issuer = { keys, authority, clock }
  const organisationKeys = openOrganisationKeys(issuer, mark.organisation.zh)
  await organisationKeys(mark.organisation.zh)
  const timestampKey = await certifiedKey({
    ...issuer,
    name: 'timestamp-p256',
    purpose: 'timestamp',
    commonName: TIMESTAMP_NAME,
    organisation: mark.organisation.zh,
    algorithm: 'p256',
  })
  const ledgerKeys: LedgerKeys = {
    gateway: await keys.ensure('gateway-ed25519', 'ed25519'),
    log: await keys.ensure('log-ed25519', 'ed25519'),
    sm2Log: await keys.ensure('log-sm2', 'sm2'),
    member: await keys.ensure('member-ed25519', 'ed25519'),
    sm2Member: await keys.ensure('member-sm2', 'sm2'),
  }
  const secretFor = (purpose: string) => hmac('sha256', master, utf8(`mingzheng instance v1\n${purpose}`))
  return {
    origin,
    province: mark.province,
    demo: mark.demo,
    organisation: mark.organisation,
    keys,
    authority,
    ledgerKeys,
    policy: policyOf(mark, origin, ledgerKeys, authority, options.timestampRoots),
    organisationKeys,
    timestampKey,
    numberSecret: secretFor('certificate numbers'),
    secretFor,
    close: async () => {
      await store.close()
      await closeKeys()
    },
  }
}

const TIMESTAMP_NAME = '明证内置时间戳（未经认可） Mingzheng TSA (not accredited)'

async function readMark(options: InstallationOptions): Promise<z.infer<typeof markSchema>> {
  const path = join(options.folder, 'installation.json')
  try {
    return markSchema.parse(JSON.parse(fromUtf8(new Uint8Array(await readFile(path)))))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const { province, demo, organisation } = options
  const host = options.host ?? 'mingzheng.local'
  const mark = { version: 1 as const, ledger: toHex(randomBytes(4)), host, province, demo, organisation }
  await writeWhole(path, utf8(`${JSON.stringify(mark, null, 2)}\n`))
  return mark
}

function policyOf(
  mark: z.infer<typeof markSchema>,
  origin: string,
  keys: LedgerKeys,
  authority: CertificateAuthority,
  timestampRoots: readonly Bytes[],
): TrustPolicy {
  const vkey = (kind: 'ed25519' | 'cosignature' | 'sm2', name: string, signer: Signer) =>
    formatVerifierKey(makeVerifierKey(kind, name, signer.publicKey))
  const member = `${origin}/regulator`
  const roots = [toBase64(authority.roots.p256), toBase64(authority.roots.sm2)]
  return {
    version: 1,
    name: { zh: `${mark.organisation.zh}账本（单机）`, en: `Ledger of ${mark.organisation.en} (embedded)` },
    origin,
    logKey: vkey('ed25519', origin, keys.log),
    sm2LogKey: vkey('sm2', origin + SM3_ORIGIN_SUFFIX, keys.sm2Log),
    members: [
      {
        id: 'regulator',
        name: mark.organisation,
        role: 'regulator',
        cosignerKey: vkey('cosignature', member, keys.member),
        sm2Key: vkey('sm2', member, keys.sm2Member),
        independent: false,
      },
    ],
    quorum: { atLeast: 1, anyOf: [] },
    certificateRoots: roots,
    // The embedded authority's stays: what it stamped before another was named must go on verifying.
    timestampRoots: [...new Set([roots[0]!, ...timestampRoots.map(toBase64)])],
    demo: mark.demo,
    statement: {
      zh: '本账本由一家机构单独运营：证书机构、时间戳机构与账本由同一运营者掌握，没有独立成员见证。',
      en: 'One organisation alone operates this ledger: it holds the certificate authority, the timestamp authority and the log. No independent member witnesses it.',
    },
  }
}
