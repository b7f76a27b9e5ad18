/**
 * CometBFT's config.toml and genesis.json for a consortium. Only what differs from CometBFT v0.38's own defaults stands in the
 * former; everything that the members must have in common is the same text on each. Times and rates are measured ones.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { canonicalJson, toBase64 } from '@mingzheng/kernel'
import type { CometHome, CometPeer, CometValidator } from './comet-home.ts'

/** Longest transaction, bytes: a batch of the gateway is some 300 KB. */
export const LONGEST_TRANSACTION = 2 * 1024 * 1024
/** Longest block, bytes. */
export const LONGEST_BLOCK = 8 * 1024 * 1024

type Value = string | number | boolean
type Section = { readonly [key: string]: Value }

/** `config.toml`. The sockets are given on the command line, since their paths may be too long for one. */
export function cometConfiguration({ folder, member, listen, peers, stateSync }: CometHome): string {
  const ids = peers.map(({ nodeId }) => nodeId).join(',')
  const sections: { readonly [name: string]: Section } = {
    '': {
      moniker: member,
      log_level: 'main:info,statesync:info,blocksync:info,*:error',
      log_format: 'json',
      db_backend: 'goleveldb',
      abci: 'socket',
    },
    // A transaction goes over the RPC in base64.
    // Its socket is this member's alone; calling further peers stands behind `unsafe`.
    rpc: { max_body_bytes: 8_000_000, unsafe: true },
    p2p: {
      laddr: `tcp://${hostAndPort(listen)}`,
      persistent_peers: peers.map(peerAddress).join(','),
      // Members reach each other whatever the limits on strangers are, of whom there are none.
      unconditional_peer_ids: ids,
      private_peer_ids: ids,
      pex: false,
      addr_book_strict: false,
      allow_duplicate_ip: true,
      flush_throttle_timeout: '10ms',
      max_packet_msg_payload_size: 32_768,
      send_rate: 200_000_000,
      recv_rate: 200_000_000,
    },
    mempool: {
      recheck: false,
      size: 20_000,
      cache_size: 40_000,
      max_tx_bytes: LONGEST_TRANSACTION,
      max_txs_bytes: 256 * 1024 * 1024,
    },
    statesync: {
      enable: stateSync !== undefined,
      rpc_servers: stateSync?.rpcServers.join(',') ?? '',
      trust_height: stateSync?.trustHeight ?? 0,
      trust_hash: stateSync?.trustHash ?? '',
      // The members vouched for the hash just now: how old the block is says nothing, since a quiet ledger makes none.
      trust_period: '876000h0m0s',
      discovery_time: '5s',
      chunk_fetchers: 8,
      temp_dir: stateSync === undefined ? '' : join(folder, 'data'),
    },
    consensus: {
      timeout_propose: '1s',
      timeout_propose_delta: '200ms',
      timeout_prevote: '500ms',
      timeout_prevote_delta: '100ms',
      timeout_precommit: '500ms',
      timeout_precommit_delta: '100ms',
      timeout_commit: '100ms',
      skip_timeout_commit: true,
      create_empty_blocks: false,
      create_empty_blocks_interval: '0s',
      peer_gossip_sleep_duration: '10ms',
    },
    storage: { discard_abci_responses: true },
    tx_index: { indexer: 'null' },
  }
  return Object.entries(sections)
    .map(([name, section]) => {
      const lines = Object.entries(section).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
      return (name === '' ? '' : `\n[${name}]\n`) + lines.join('')
    })
    .join('')
}

/** `genesis.json`; byte for byte the same on every member. */
export function cometGenesis({ chainId, time, validators }: CometHome): string {
  return canonicalJson({
    genesis_time: new Date(time).toISOString(),
    chain_id: chainId,
    initial_height: '1',
    consensus_params: {
      block: { max_bytes: String(LONGEST_BLOCK), max_gas: '-1' },
      evidence: { max_age_num_blocks: '100000', max_age_duration: String(48 * 3600 * 1e9), max_bytes: '1048576' },
      validator: { pub_key_types: ['ed25519'] },
      version: { app: '1' },
      abci: { vote_extensions_enable_height: '0' },
    },
    validators: validators
      .filter(({ power }) => power > 0)
      .map((validator) => ({
        address: cometAddress(validator.publicKey).toUpperCase(),
        pub_key: { type: 'tendermint/PubKeyEd25519', value: toBase64(validator.publicKey) },
        power: String(validator.power),
        name: validator.member,
      })),
    app_hash: '',
  })
}

/** Name of a consensus key: 40 hexadecimal digits. */
export function cometAddress(publicKey: CometValidator['publicKey']): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 40)
}

/** Name of a node key, by which peers know each other: 40 hexadecimal digits. */
export function cometNodeId(publicKey: Uint8Array): string {
  return cometAddress(publicKey)
}

/** How CometBFT names a peer: `id@host:port`. */
export function peerAddress(peer: CometPeer): string {
  return `${peer.nodeId}@${hostAndPort(peer)}`
}

function hostAndPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
