/** What tests of other packages need from the kernel: reproducible randomness, damaged messages, and the browser's side in Node. */
export { native as webNative } from './native/web.ts'
export { damage, type Roll, seededRoll } from './testing/hostile-bytes.ts'
export { seededRandom } from './testing/seeded-random.ts'
