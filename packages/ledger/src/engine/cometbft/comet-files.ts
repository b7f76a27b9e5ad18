/** Writes the folder that CometBFT runs on. Never touches what CometBFT itself keeps there, above all what it has signed. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson, publicKeyOf, toBase64 } from '@mingzheng/kernel'
import { ledgerFailure } from '../../failure-codes.ts'
import { named } from '../../storage/ledger-files.ts'
import { cometAddress, cometConfiguration, cometGenesis } from './comet-configuration.ts'
import type { CometHome, CometKeys } from './comet-home.ts'
import { clearHalt } from './halt-mark.ts'

const MOST_CHAIN_ID = 50

const SIGNED = 'data/priv_validator_state.json'

/** Whether what this member has signed is known here. */
export function knowsWhatItSigned(folder: string): boolean {
  return existsSync(join(folder, SIGNED))
}

/**
 * Writes or renews the configuration. Where nothing is known of what this member has signed it signs nothing below `notBefore`.
 * Throws `engine-start` when the folder is another chain's, `storage-*`.
 */
export function writeCometHome(home: CometHome, notBefore = 0): void {
  const { folder, chainId, validators } = home
  if (chainId === '' || chainId.length > MOST_CHAIN_ID) {
    throw ledgerFailure('engine-start', `CometBFT takes no chain id of ${chainId.length} characters`)
  }
  if (!validators.some(({ power }) => power > 0)) throw ledgerFailure('engine-start', 'nobody votes on blocks')
  const genesis = cometGenesis(home)
  const genesisFile = join(folder, 'config/genesis.json')
  const other = named(genesisFile, () => existsSync(genesisFile) && readFileSync(genesisFile, 'utf8') !== genesis)
  if (other) {
    throw ledgerFailure('engine-start', `${folder} holds the engine of another chain, or of another beginning of it`)
  }
  named(folder, () => {
    for (const path of [folder, join(folder, 'config'), join(folder, 'data')]) {
      mkdirSync(path, { recursive: true })
      chmodSync(path, 0o700)
    }
    replace(genesisFile, genesis)
    replace(join(folder, 'config/config.toml'), cometConfiguration(home))
    const signed = join(folder, SIGNED)
    // What has been signed must never be forgotten: a second signature at the same height is a crime.
    if (!existsSync(signed)) replace(signed, canonicalJson({ height: String(notBefore), round: 0, step: 0 }))
  })
}

/** Writes the configuration again, for the next start of CometBFT. Throws `storage-*`. */
export function renewConfiguration(home: CometHome): void {
  const file = join(home.folder, 'config/config.toml')
  named(file, () => replace(file, cometConfiguration(home)))
}

/**
 * Has a member's CometBFT forget its blocks, so that it fetches them from the others: for a member that halted, or was restored
 * without them. What it has signed stays known. Only while its engine is stopped.
 */
export function forgetBlocks(folder: string): void {
  for (const name of ['blockstore.db', 'state.db', 'evidence.db', 'tx_index.db', 'cs.wal']) {
    rmSync(join(folder, 'data', name), { recursive: true, force: true })
  }
  clearHalt(folder)
}

/** Lays the keys out for CometBFT, which reads them once, when it starts. */
export function writeCometKeys(folder: string, { consensus, node }: CometKeys): void {
  const publicKey = publicKeyOf({ algorithm: 'ed25519', secret: consensus }).bytes
  const nodePublicKey = publicKeyOf({ algorithm: 'ed25519', secret: node }).bytes
  const secret = (seed: Uint8Array, half: Uint8Array) => ({
    type: 'tendermint/PrivKeyEd25519',
    value: toBase64(Uint8Array.from([...seed, ...half])),
  })
  named(folder, () => {
    replace(
      join(folder, CONSENSUS_KEY),
      canonicalJson({
        address: cometAddress(publicKey).toUpperCase(),
        pub_key: { type: 'tendermint/PubKeyEd25519', value: toBase64(publicKey) },
        priv_key: secret(consensus, publicKey),
      }),
    )
    replace(join(folder, NODE_KEY), canonicalJson({ priv_key: secret(node, nodePublicKey) }))
  })
}

/** Takes them away again. */
export function removeCometKeys(folder: string): void {
  for (const file of [CONSENSUS_KEY, NODE_KEY]) rmSync(join(folder, file), { force: true })
}

const CONSENSUS_KEY = 'config/priv_validator_key.json'
const NODE_KEY = 'config/node_key.json'

function replace(path: string, text: string): void {
  const fresh = `${path}.new`
  writeFileSync(fresh, text, { mode: 0o600 })
  renameSync(fresh, path)
}
