/** Where CometBFT is: named outright, on the search path, or where `go install` puts it. */
import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Failure } from '@mingzheng/kernel'

const INSTALL = 'go install github.com/cometbft/cometbft/cmd/cometbft@v0.38.25'

/** Throws `cometbft-missing` with the one command that installs it. */
export function findCometbft(environment: NodeJS.ProcessEnv): string {
  const named = environment.MINGZHENG_COMETBFT
  const goPath = environment.GOPATH?.split(delimiter)[0] || join(environment.HOME || homedir(), 'go')
  const folders = [...(environment.PATH ?? '').split(delimiter).filter((folder) => folder !== ''), join(goPath, 'bin')]
  const places = named ? [named] : folders.map((folder) => join(folder, 'cometbft'))
  const found = places.find(isProgram)
  if (found !== undefined) return found
  throw new Failure('cometbft-missing', 'CometBFT v0.38.25 is not on this machine; a consortium orders by it', {
    field: 'MINGZHENG_COMETBFT',
    remedy: INSTALL,
  })
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
