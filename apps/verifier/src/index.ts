/**
 * The offline verifier: the logic of `mingzheng verify`, and (built by `npm run build`) one HTML file that does the same
 * from disk. Trusts nobody but the policies it is given; sends nothing anywhere. docs/formats/report.md is what it shows.
 */
export { type VerifyAnswer, type VerifyCommand, verifyCommand } from './command.ts'
export { type FileSource, openFileSource } from './file-source.ts'
export { reportLines } from './report-lines.ts'
