/** What `mingzheng verify` does, apart from the terminal: files in, lines and an exit code out. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import {
  exitCodeOf,
  openDigestEngine,
  parsePolicy,
  type Renewal,
  type Report,
  type TrustPolicy,
  verifyPackage,
} from '@mingzheng/proof'
import { openFileSource } from './file-source.ts'
import { reportLines } from './report-lines.ts'

export interface VerifyCommand {
  /** The package, then renewals of it. */
  file: string
  renewals: string[]
  /** Files of pinned policies; `trusted` are those of the trust store. */
  policies: string[]
  trusted: readonly TrustPolicy[]
  json: boolean
  language: 'zh' | 'en'
  now: number
  signal?: AbortSignal
  onProgress?: (read: number, total: number) => void
}

export interface VerifyAnswer {
  exitCode: 0 | 1 | 2
  report: Report
  /** For standard output, without the last newline: the report as one JSON object, or lines for people. */
  output: string
}

/**
 * Verifies one package. Policies named on the command line are taken alone when there are any, else those of the trust
 * store. Throws `Failure` `file-unreadable` or `policy-malformed` (with the file as `field`): exit code 2 as well.
 */
export async function verifyCommand(command: VerifyCommand): Promise<VerifyAnswer> {
  const named: TrustPolicy[] = []
  for (const path of command.policies) named.push(await readPolicy(path))
  const renewals: Renewal[] = []
  for (const path of command.renewals) renewals.push({ name: basename(path), bytes: await read(path) })
  const source = await openFileSource(command.file).catch((cause) => {
    throw unreadable(command.file, cause)
  })
  const engine = openDigestEngine()
  try {
    const report = await verifyPackage(source, {
      policies: named.length > 0 ? named : command.trusted,
      now: command.now,
      renewals,
      engine,
      ...(command.signal === undefined ? {} : { signal: command.signal }),
      ...(command.onProgress === undefined ? {} : { onProgress: command.onProgress }),
    })
    const output = command.json ? JSON.stringify(report) : reportLines(report, command.language).join('\n')
    return { exitCode: exitCodeOf(report), report, output }
  } finally {
    await engine.close()
    await source.close()
  }
}

async function readPolicy(path: string): Promise<TrustPolicy> {
  const bytes = await read(path)
  try {
    return parsePolicy(bytes)
  } catch (cause) {
    throw new Failure('policy-malformed', `${path} is no trust policy`, { field: path, cause })
  }
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): Failure<'file-unreadable'> {
  const remedy = 'check the path and that you may read the file'
  return new Failure('file-unreadable', `cannot read ${path}`, { field: path, remedy, cause })
}
