/** For tests of other packages: a ledger with seeded keys, a disk that fails, an engine's contract, a log read by a stranger. */
export { compareReplicas, type HistoryBlock, type ReplicaComparison } from './testing/compare-replicas.ts'
export {
  actorIdOf,
  ContractStage,
  type ContractStageOptions,
  type StageCall,
  type StageEntry,
} from './testing/contract-stage.ts'
export { type EngineRig, engineContract } from './testing/engine-contract.ts'
export { type KillReport, killRounds } from './testing/kill-rounds.ts'
export { type Fault, type FileOperation, MemoryFiles } from './testing/memory-files.ts'
export { type CallPool, randomCall } from './testing/random-calls.ts'
export { type ServedTree, servedTrees } from './testing/served-trees.ts'
export { type TestConsortium, type TestMember, testConsortium, testMember } from './testing/test-consortium.ts'
export {
  allowAll,
  registerContract,
  TEST_ORIGIN,
  testItem,
  testLedgerKeys,
  testLedgerOptions,
  testPolicy,
} from './testing/test-ledger.ts'
export { type TestWitness, type TestWitnessesOptions, testWitnesses } from './testing/test-witnesses.ts'
