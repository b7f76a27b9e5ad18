import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { encodePolicy, type Report } from '@mingzheng/proof'
import { buildSamplePackage, type SamplePackage } from '@mingzheng/proof/testing'
import { type VerifyCommand, verifyCommand } from './command.ts'

let folder: string
let sample: SamplePackage
const path = (name: string) => join(folder, name)

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verifier-'))
  sample = await buildSamplePackage({
    at: Date.now() - 60_000,
    files: [{ path: 'data/large.bin', content: new Uint8Array(3 << 20).fill(7) }],
  })
  await writeFile(path('good.zip'), sample.bytes)
  const altered = new Uint8Array(sample.bytes)
  altered[1 << 20]! ^= 1
  await writeFile(path('altered.zip'), altered)
  await writeFile(path('policy.json'), encodePolicy(sample.policy))
  await writeFile(path('renewal.tsr'), await sample.renewal(1000))
  await writeFile(path('good.renewal'), await sample.renewalFile(2000))
  await writeFile(path('note.txt'), 'hello')
})
after(() => rm(folder, { recursive: true }))

const command = (file: string, change: Partial<VerifyCommand> = {}): VerifyCommand => ({
  file: path(file),
  renewals: [],
  policies: [path('policy.json')],
  trusted: [],
  json: false,
  language: 'en',
  now: Date.now(),
  ...change,
})

describe('mingzheng verify', () => {
  test('answers 0 for a package that verifies, in words and as JSON', async () => {
    const words = await verifyCommand(command('good.zip'))
    assert.equal(words.exitCode, 0)
    assert.match(words.output, /^Verified: MZ-330000-/)
    assert.match((await verifyCommand(command('good.zip', { language: 'zh' }))).output, /^核验通过：/)
    const json = await verifyCommand(command('good.zip', { json: true }))
    assert.equal((JSON.parse(json.output) as Report).verdict, 'verified')
    assert.ok(!json.output.includes('\n'))
  })

  test('answers 1 for an altered one and says where', async () => {
    const { exitCode, report } = await verifyCommand(command('altered.zip'))
    assert.equal(exitCode, 1)
    assert.equal(report.checks.find(({ id }) => id === 'files')?.where, 'data/large.bin')
  })

  test('answers 2 without a policy, and for a file that is no package', async () => {
    assert.equal((await verifyCommand(command('good.zip', { policies: [] }))).exitCode, 2)
    assert.equal((await verifyCommand(command('note.txt'))).exitCode, 2)
  })

  test('takes the trust store where no policy is named, and only the named ones where there are any', async () => {
    const trusted = [sample.policy]
    assert.equal((await verifyCommand(command('good.zip', { policies: [], trusted }))).exitCode, 0)
    const other = await buildSamplePackage({ seed: 'other', at: Date.now() - 60_000 })
    await writeFile(path('other.json'), encodePolicy(other.policy))
    assert.equal((await verifyCommand(command('good.zip', { policies: [path('other.json')], trusted }))).exitCode, 1)
  })

  test('checks renewals along with the package', async () => {
    const renewals = [path('renewal.tsr'), path('good.renewal')]
    const { exitCode, report } = await verifyCommand(command('good.zip', { renewals }))
    assert.equal(exitCode, 0)
    assert.equal(report.checks.find(({ id }) => id === 'renewals')?.status, 'passed')
    const wrong = await verifyCommand(command('good.zip', { renewals: [...renewals, path('note.txt')] }))
    assert.equal(wrong.exitCode, 1)
    assert.equal(wrong.report.checks.find(({ id }) => id === 'renewals')?.where, 'note.txt')
  })

  test('names the file that cannot be read, and the policy that is none', async () => {
    await assert.rejects(verifyCommand(command('none.zip')), { code: 'file-unreadable', field: path('none.zip') })
    const policies = [path('note.txt')]
    await assert.rejects(verifyCommand(command('good.zip', { policies })), {
      code: 'policy-malformed',
      field: policies[0],
    })
  })
})
