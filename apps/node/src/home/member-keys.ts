/** The keys of a member: made in its home and never leaving it. docs/formats/key-file.md */
import { mkdir } from 'node:fs/promises'
import { openKeyStore, readMasterSecret } from '@mingzheng/identity'
import { type Bytes, hmac, keySigner, type Signer, utf8 } from '@mingzheng/kernel'
import type { LedgerKeys } from '@mingzheng/ledger'
import { type BoxKey, boxKeyOf } from '@mingzheng/proof'
import { homeLayout } from './home-layout.ts'

export interface MemberKeys {
  readonly ledger: LedgerKeys
  /** CometBFT's validator key and address key. */
  readonly consensus: Signer
  readonly node: Signer
  /** Secrets of these two, for CometBFT's own files while it starts. */
  readonly engineSecrets: { readonly consensus: Bytes; readonly node: Bytes }
  /** To which files are sealed for this member. */
  readonly box: BoxKey
  /** A secret for one purpose of this home. */
  secretFor(purpose: string): Bytes
}

/** Opens the keys of a home, making what is missing. Throws `key-locked`, `key-damaged`, `master-secret-*`. */
export async function openMemberKeys(home: string): Promise<MemberKeys> {
  const { folder, keys: keyFolder, masterSecret } = homeLayout(home)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const master = await readMasterSecret(masterSecret)
  const keys = await openKeyStore({ folder: keyFolder, secret: master })
  const secretFor = (purpose: string) => hmac('sha256', master, utf8(`mingzheng member v1\n${purpose}`))
  // CometBFT needs these as bytes, which the key store never gives out: they follow from the master secret.
  const engineSecrets = { consensus: secretFor('consensus key'), node: secretFor('node key') }
  return {
    ledger: {
      gateway: await keys.ensure('gateway-ed25519', 'ed25519'),
      log: await keys.ensure('log-ed25519', 'ed25519'),
      sm2Log: await keys.ensure('log-sm2', 'sm2'),
      member: await keys.ensure('member-ed25519', 'ed25519'),
      sm2Member: await keys.ensure('member-sm2', 'sm2'),
    },
    consensus: keySigner({ algorithm: 'ed25519', secret: engineSecrets.consensus }),
    node: keySigner({ algorithm: 'ed25519', secret: engineSecrets.node }),
    engineSecrets,
    box: boxKeyOf(secretFor('box key')),
    secretFor,
  }
}
