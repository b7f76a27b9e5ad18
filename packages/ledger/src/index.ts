/**
 * The ledger: signed idempotent transactions, deterministic contracts, a log in two RFC 6962 trees (SHA-256 and SM3), the
 * gateway, and the engines that order. Knows organisations' keys and no persons; asks `authorise`. Refuses a clock that
 * goes back, a folder that another process holds, and every byte that is not the one encoding of what it says.
 * Follows C2SP tlog-tiles, tlog-checkpoint, tlog-cosignature, tlog-proof; docs/formats/transaction.md, log-storage.md.
 */
export { chainsContract } from './chains/chains.ts'
export { believedPair } from './chains/following.ts'
export {
  type ChainProposal,
  type ChainRecord,
  ChainRecords,
  type RecordedCheckpoint,
} from './chains/records.ts'
export {
  type Arguments,
  type AuthorisationRequest,
  type Authorise,
  type CallContext,
  type Contract,
  type ContractAnswer,
  type ContractMethod,
  type ContractState,
  contractMethod,
  type TurnAnswer,
  type TurnContext,
} from './contract/contract.ts'
export { DOCUMENT_PART_BYTES, documentParts } from './contract/document-parts.ts'
export type { PeerPositions } from './engine/cometbft/agreement.ts'
export { type Anchor, ENGINE_ORIGIN_SUFFIX, judgeAnchors, signAnchor } from './engine/cometbft/anchor.ts'
export { cometAddress, cometNodeId } from './engine/cometbft/comet-configuration.ts'
export { CometEngine, type CometStatus } from './engine/cometbft/comet-engine.ts'
export { knowsWhatItSigned } from './engine/cometbft/comet-files.ts'
export type { CometPeer, CometStateSync } from './engine/cometbft/comet-home.ts'
export { readHalt } from './engine/cometbft/halt-mark.ts'
export { raiseSigned } from './engine/cometbft/signed-mark.ts'
export type { ItemRefusalCode, LedgerFailureCode, StallCode } from './failure-codes.ts'
export {
  chainIdOf,
  encodeGenesis,
  type Genesis,
  type GenesisValidator,
  genesisDigest,
  type PreviousCheckpoints,
  parseGenesis,
} from './genesis.ts'
export {
  createGovernance,
  DEFAULT_RULES,
  type Governance,
  type GovernanceFounding,
} from './governance/governance.ts'
export {
  type FollowingProposal,
  type GovernanceOverview,
  type GovernanceProposal,
  governanceOverview,
} from './governance/overview.ts'
export { type PolicyChange, quorumWithout } from './governance/policy-change.ts'
export {
  GovernanceRecords,
  type KeyHolder,
  type Proposal,
  type ProposalKind,
  type ProposalState,
  type Rules,
} from './governance/records.ts'
export { answerCall, type LedgerAnswer } from './http/answer.ts'
export { type HttpLedger, type HttpLedgerOptions, openLedgerOverHttp } from './http/client-http.ts'
export { LONGEST_BODY, POLICY_HEADER } from './http/wire.ts'
export { openLedger } from './ledger.ts'
export type {
  Ledger,
  LedgerClient,
  LedgerClientStatus,
  LedgerItem,
  LoggedEntry,
  MemberHoldings,
  MemberLedger,
  MemberStatus,
  ReachableLedger,
  Receipt,
  Standing,
  WaitOptions,
} from './ledger-client.ts'
export type { LedgerKeys, LedgerOptions, LedgerTuning } from './ledger-options.ts'
export { LightCopy, type LightSource, type SourceState } from './light/light-copy.ts'
export { type Growth, type PublicRoots, type ReadLogFile, readGrowth, readPublicRoots } from './log/public-log.ts'
export type { ServedFile, ServeLog } from './log/serve.ts'
export { lockFolder } from './storage/folder-lock.ts'
export { type ProvenLedger, proveLedgerFolder } from './storage/prove-folder.ts'
export { formatAddCheckpoint } from './witness/add-checkpoint.ts'
export { leastNote } from './witness/least-note.ts'
export type { OutsideWitness } from './witness/outside-witness.ts'
export type { WitnessPeer } from './witness/peer-link.ts'
export { TlogWitness, type TlogWitnessOptions, type WitnessAnswer, type WitnessedLog } from './witness/tlog-witness.ts'
