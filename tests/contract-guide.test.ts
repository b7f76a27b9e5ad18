import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { contractOffencesOf } from './house/contract-rules.ts'

const ROOT = resolve(import.meta.dirname, '..')
const guide = readFileSync(join(ROOT, 'docs/guides/write-a-contract.md'), 'utf8')

test('the contract of the guide does what the guide says, tests included', async () => {
  const blocks = [...guide.matchAll(/^```ts file=(\S+)\n([\s\S]*?)^```$/gm)]
  assert.deepEqual(
    blocks.map(([, name]) => name),
    ['contract.ts', 'contract.test.ts'],
  )
  const contract = blocks[0]![2]!
  assert.deepEqual(
    contractOffencesOf('contract.ts', contract).filter(({ text }) => !text.includes('@mingzheng/applications')),
    [],
  )
  const folder = mkdtempSync(join(tmpdir(), 'mingzheng-guide-'))
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    for (const [, name, text] of blocks) writeFileSync(join(folder, name!), text!)
    const { code, output } = await run(['--test', '--test-reporter=tap', join(folder, 'contract.test.ts')])
    assert.equal(code, 0, output)
    assert.match(output, /^# pass 3$/m)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  // A test in a test would report to its parent instead of printing.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      output += part.toString()
    })
  }
  return new Promise((done) => child.once('close', (code) => done({ code, output })))
}
