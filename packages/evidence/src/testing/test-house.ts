/** An issuing house for tests: authority, organisation, timestamp authority, in a folder that is removed at the end. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type CertificateAuthority,
  type IssuedCertificate,
  type KeyStore,
  openAuthority,
  openFileAuthorityStore,
  openKeyStore,
} from '@mingzheng/identity'
import { type Bytes, manualClock, type Signer, utf8 } from '@mingzheng/kernel'
import {
  type EmbeddedTimestampAuthority,
  embeddedTimestampAuthority,
} from '../timestamp/embedded-timestamp-authority.ts'
import { fileSerialNumbers } from '../timestamp/serial-numbers.ts'

export interface TestHouse {
  folder: string
  clock: ReturnType<typeof manualClock>
  keys: KeyStore
  authority: CertificateAuthority
  organisation: { signer: Signer; certificate: IssuedCertificate }
  timestamps: EmbeddedTimestampAuthority
  timestampCertificate: IssuedCertificate
  crls(): Promise<Bytes[]>
  close(): Promise<void>
}

export const HOUSE_TIME = Date.parse('2026-11-24T08:00:00.000Z')

/** Opens a house whose clock stands at {@link HOUSE_TIME}. */
export async function openTestHouse(): Promise<TestHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'mz-house-'))
  const clock = manualClock(HOUSE_TIME)
  const keys = await openKeyStore({ folder: join(folder, 'keys'), secret: utf8('a secret for tests') })
  const store = await openFileAuthorityStore(join(folder, 'authority.jsonl'))
  const name = '示例市场监督管理局'
  const authority = await openAuthority({ organisation: name, store, keys, clock })
  const signer = await keys.create('organisation', 'p256')
  const stamper = await keys.create('timestamp', 'p256')
  const certificate = await authority.issue({
    subject: { organisation: name, commonName: `${name}电子数据保全专用章` },
    publicKey: signer.publicKey,
    purpose: 'organisation',
    days: 365,
  })
  const timestampCertificate = await authority.issue({
    subject: { organisation: name, commonName: '内置时间戳机构（未经认可） embedded, not accredited' },
    publicKey: stamper.publicKey,
    purpose: 'timestamp',
    days: 365,
  })
  return {
    folder,
    clock,
    keys,
    authority,
    organisation: { signer, certificate },
    timestamps: embeddedTimestampAuthority({
      signer: stamper,
      certificates: [timestampCertificate.der],
      clock,
      serials: fileSerialNumbers(join(folder, 'serial'), { clock }),
    }),
    timestampCertificate,
    crls: async () => (await authority.revocationLists()).map(({ der }) => der),
    async close() {
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
}
