import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '@mingzheng/kernel/testing'
import { toTlogPolicy } from '@mingzheng/proof'
import { createTestLog, type TestLog, type TestMember } from '@mingzheng/proof/testing'
import { needs, toolPath } from './capability.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The Go program that the guide prints. */
function printedProgram(): string {
  const guide = readFileSync(join(ROOT, 'docs/guides/verify-receipt.md'), 'utf8')
  const [, program] = /```go\n([\s\S]*?)```/.exec(guide) ?? []
  assert.ok(program !== undefined, 'the guide prints a program')
  return program
}

const random = seededRandom('second implementation')
const entries = Array.from({ length: 11 }, () => random(180))
const FIVE: TestMember[] = [
  { id: 'regulator', role: 'regulator' },
  { id: 'court', role: 'court', independent: true },
  { id: 'notary', role: 'notary', independent: true },
  { id: 'forensic', role: 'forensic', independent: true },
  { id: 'ca', role: 'ca', independent: true },
]

describe('the Go program of the guide, on a public library', needs('go'), () => {
  let folder: string
  let unreachable: string | null = null
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mingzheng-second-'))
    for (const file of ['go.mod', 'go.sum']) copyFileSync(join(ROOT, 'vectors/second', file), join(folder, file))
    writeFileSync(join(folder, 'main.go'), printedProgram())
    const built = spawnSync(toolPath('go'), ['build', '-o', 'verify', '.'], { cwd: folder, encoding: 'utf8' })
    if (built.status !== 0) unreachable = built.stderr
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** Without the module proxy there is nothing to build: skipped, but not in CI. */
  function built(context: TestContext): boolean {
    if (unreachable === null) return true
    if (process.env.CI !== undefined && process.env.CI !== '') assert.fail(unreachable)
    context.skip(`the Go modules could not be had: ${unreachable.slice(0, 200)}`)
    return false
  }

  function verifies(log: TestLog, entry: Uint8Array, proof: string): boolean {
    writeFileSync(join(folder, 'policy.txt'), toTlogPolicy(log.policy).text)
    writeFileSync(join(folder, 'entry.cbor'), entry)
    writeFileSync(join(folder, 'receipt.tlog-proof'), proof)
    const { status, stdout, stderr } = spawnSync(join(folder, 'verify'), [], { cwd: folder, encoding: 'utf8' })
    assert.ok(status === 0 ? stdout.startsWith('verified') : stderr.startsWith('not verified'), stderr)
    return status === 0
  }

  test('verifies every receipt of a log with one member', async (context) => {
    if (!built(context)) return
    const log = createTestLog()
    log.append(...entries)
    for (const [index, entry] of entries.entries()) {
      assert.ok(verifies(log, entry, await log.receipt('sha256', index)), `index ${index}`)
    }
  })

  test('verifies with enough cosignatures of the right roles, and not with fewer', async (context) => {
    if (!built(context)) return
    const log = createTestLog({ members: FIVE, quorum: { atLeast: 3, anyOf: ['court', 'notary'] } })
    log.append(...entries)
    const [logKey, regulator, court, notary, forensic, ca] = log.signers.sha256 as [
      TestLog['signers']['sha256'][0],
      ...TestLog['signers']['sha256'],
    ]
    const receipt = async (...signers: (typeof logKey | undefined)[]) =>
      log.receipt(
        'sha256',
        4,
        await log.checkpoint(
          'sha256',
          signers.map((signer) => signer!),
        ),
      )
    assert.ok(verifies(log, entries[4]!, await receipt(logKey, regulator, court, notary, forensic, ca)))
    assert.ok(verifies(log, entries[4]!, await receipt(logKey, regulator, court, ca)))
    assert.ok(!verifies(log, entries[4]!, await receipt(logKey, regulator, forensic, ca)))
    assert.ok(!verifies(log, entries[4]!, await receipt(logKey, court, notary)))
    assert.ok(!verifies(log, entries[4]!, await receipt(regulator, court, notary, forensic, ca)))
  })

  test('refuses another entry, a changed receipt, and a receipt of another log', async (context) => {
    if (!built(context)) return
    const log = createTestLog()
    log.append(...entries)
    const proof = await log.receipt('sha256', 4)
    assert.ok(verifies(log, entries[4]!, proof))
    assert.ok(!verifies(log, entries[5]!, proof))
    assert.ok(!verifies(log, entries[4]!, proof.replace('index 4', 'index 5')))
    const other = createTestLog({ seed: 'other' })
    other.append(...entries)
    assert.ok(!verifies(log, entries[4]!, await other.receipt('sha256', 4)))
    const lines = proof.split('\n')
    for (let at = 1; at < lines.length - 1; at++) {
      if (lines[at] === '') continue
      assert.ok(!verifies(log, entries[4]!, lines.toSpliced(at, 1).join('\n')), `without line ${at}`)
    }
  })
})
