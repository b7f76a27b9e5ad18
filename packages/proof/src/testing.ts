/** What tests elsewhere need of this package: a whole ledger in memory that hands out receipts under a policy. */

export { readPdfText } from './pdf-text/read-pdf-text.ts'
export { buildConsortiumPackage, type ConsortiumPackage } from './testing/sample-consortium-package.ts'
export { type SampleFile, type SampleManifestOptions, sampleManifest } from './testing/sample-manifest.ts'
export {
  buildSamplePackage,
  packageOf,
  type SampleFixing,
  type SamplePackage,
  type SamplePackageOptions,
} from './testing/sample-package.ts'
export {
  createTestConsortium,
  FIVE_MEMBERS,
  type TestConsortium,
  type TestConsortiumOptions,
  type TestSigners,
} from './testing/test-consortium.ts'
export { createTestLog, type TestLog, type TestLogOptions, type TestMember } from './testing/test-log.ts'
