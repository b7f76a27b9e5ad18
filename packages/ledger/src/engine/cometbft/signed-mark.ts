/**
 * What CometBFT remembers of its own signing, `data/priv_validator_state.json`: it refuses to sign anything at or before it. For a member
 * that is restored from a copy, whose copy does not know what was signed after it was made.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { canonicalJson } from '@mingzheng/kernel'
import { z } from 'zod'
import { ledgerFailure } from '../../failure-codes.ts'

/** Rounds are 32-bit numbers; the last step of a height is the precommit (privval/file.go of CometBFT v0.38). */
const LAST_ROUND = 2 ** 31 - 1
const PRECOMMIT = 3

const schema = z.object({ height: z.string().regex(/^\d+$/).transform(Number) })

/**
 * From now on nothing at a height up to this one is signed: all of it may have been signed before. Never goes back. Answers with the
 * height that is forbidden. Throws `engine-start` when what is remembered cannot be read.
 */
export function raiseSigned(folder: string, height: number): number {
  const path = join(folder, 'data', 'priv_validator_state.json')
  const known = existsSync(path) ? read(path) : 0
  const raised = Math.max(known, height)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${path}.new`
  const text = canonicalJson({ height: String(raised), round: LAST_ROUND, step: PRECOMMIT })
  writeFileSync(fresh, text, { mode: 0o600, flush: true })
  renameSync(fresh, path)
  return raised
}

function read(path: string): number {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8'))).height
  } catch (cause) {
    throw ledgerFailure('engine-start', `${path} cannot be read: what was signed must be known`, { cause })
  }
}
