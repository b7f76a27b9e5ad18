/** What tests elsewhere need of this package: a whole ledger in memory that hands out receipts under a policy. */
export { createTestLog, type TestLog, type TestLogOptions, type TestMember } from './testing/test-log.ts'
