/** What tests elsewhere need of this package: a ledger with keys from a seed and a register contract, in a folder of its own. */
export {
  registerContract,
  TEST_ORIGIN,
  testItem,
  testLedgerKeys,
  testLedgerOptions,
  testPolicy,
} from './testing/test-ledger.ts'
