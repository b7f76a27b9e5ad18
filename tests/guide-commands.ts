/** Takes the commands out of a page of documentation, so that tests run what readers copy. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Block {
  /** What follows the language, such as `go` for blocks that need the network and Go. */
  readonly mark: string
  readonly text: string
}

/** The fenced blocks of one language, in order. */
export function blocksOf(file: string, language: string): Block[] {
  const page = readFileSync(file, 'utf8')
  return [...page.matchAll(/^```(\w+)[ ]?(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , mark, text]) => ({ mark: mark!, text: text! }))
}

/** Runs blocks as one script that stops at the first command that fails; answers what it printed and its exit code. */
export function runBlocks(
  blocks: readonly Block[],
  folder: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ code: number; output: string }> {
  const script = ['set -eu', ...blocks.map(({ text }) => text)].join('\n')
  return new Promise((done) => {
    execFile(
      'bash',
      ['-c', script],
      { cwd: folder, env: { ...process.env, ...environment }, maxBuffer: 16 << 20 },
      (error, stdout, stderr) => done({ code: error === null ? 0 : 1, output: stdout + stderr }),
    )
  })
}
