/** Which CometBFT this is written for. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ledgerFailure } from '../../failure-codes.ts'

/** Throws `engine-start` when there is no CometBFT v0.38 at that path. */
export async function requireVersion(binary: string): Promise<void> {
  const remedy = 'go install github.com/cometbft/cometbft/cmd/cometbft@v0.38.25'
  try {
    const { stdout } = await promisify(execFile)(binary, ['version'], { timeout: 20_000, env: {} })
    if (/^v?0\.38\./.test(stdout.trim())) return
    throw ledgerFailure('engine-start', `${binary} is version ${stdout.trim()}, 0.38 is needed`, { remedy })
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'engine-start') throw cause
    throw ledgerFailure('engine-start', `${binary} cannot be started: ${(cause as Error).message}`, { cause, remedy })
  }
}
