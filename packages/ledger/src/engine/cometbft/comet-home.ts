/** What a member's CometBFT runs on: the folder with its configuration, the chain's genesis, the other members. */
import type { Bytes } from '@mingzheng/kernel'

/** Who votes on blocks. */
export interface CometValidator {
  /** The member's id in the trust policy. */
  readonly member: string
  /** Ed25519 consensus key, 32 bytes. */
  readonly publicKey: Bytes
  /** Votes; 1 for every member of a consortium. */
  readonly power: number
}

/** Another member's CometBFT, reached directly: there is no discovery of peers. */
export interface CometPeer {
  readonly member: string
  /** `cometNodeId` of its node key. */
  readonly nodeId: string
  readonly host: string
  readonly port: number
  /** `cometAddress` of its consensus key; absent for a member that does not vote. */
  readonly address?: string | undefined
}

/** Where a new member takes a snapshot from instead of executing every block. */
export interface CometStateSync {
  /** At least two addresses that answer CometBFT's light-client calls, `host:port` or URL. */
  readonly rpcServers: readonly string[]
  readonly trustHeight: number
  /** Block hash at that height, hex. */
  readonly trustHash: string
}

export interface CometHome {
  /** Absolute; made when absent, readable by its owner alone. */
  readonly folder: string
  /** At most 50 characters. */
  readonly chainId: string
  /** Genesis time, milliseconds. */
  readonly time: number
  /** The same on every member, in the same order. */
  readonly validators: readonly CometValidator[]
  /** This member's id. */
  readonly member: string
  /** Where CometBFT listens for its peers. */
  readonly listen: { readonly host: string; readonly port: number }
  readonly peers: readonly CometPeer[]
  readonly stateSync?: CometStateSync | undefined
}

/** Ed25519 secrets of this member's engine, 32 bytes each. On disk only while CometBFT starts. */
export interface CometKeys {
  readonly consensus: Bytes
  readonly node: Bytes
}
