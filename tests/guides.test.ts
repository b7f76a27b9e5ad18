import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { encodeJson, type JsonValue, utf8 } from '@mingzheng/kernel'
import { buildSamplePackage, packageOf, type SamplePackage } from '@mingzheng/proof/testing'
import { needs, toolPath } from './capability.ts'
import { blocksOf, runBlocks } from './guide-commands.ts'

const GUIDES = resolve(import.meta.dirname, '../docs/guides')
const GUIDE = join(GUIDES, 'verify-without-mingzheng.md')
const blocks = blocksOf(GUIDE, 'sh')
const plain = blocks.filter(({ mark }) => mark === '')

describe('the guide that verifies without our code', needs('openssl', 'pdfsig', 'unzip', 'sha256sum'), () => {
  let root: string
  let sample: SamplePackage
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'mz-guide-'))
    sample = await buildSamplePackage()
  })
  after(() => rm(root, { recursive: true }))

  const folderWith = async (name: string, bytes: Uint8Array): Promise<string> => {
    const folder = join(root, name)
    await mkdir(folder)
    await writeFile(join(folder, 'evidence.zip'), bytes)
    await writeFile(join(folder, 'policy.json'), encodeJson(sample.policy as unknown as JsonValue))
    return folder
  }
  const changed = (path: string, change: (bytes: Uint8Array) => Uint8Array) => {
    const members = new Map(sample.members)
    members.set(path, change(members.get(path)!))
    return packageOf(members)
  }

  test('its commands pass on a true package', async () => {
    const { code, output } = await runBlocks(plain, await folderWith('true', sample.bytes))
    assert.equal(code, 0, output)
    assert.match(output, /Verified OK[\s\S]*Signature Verified Successfully/)
    assert.match(output, /Verification: OK/)
    assert.match(output, /sm3 commitment: OK/)
  })

  test('its Go program verifies the receipt of that package', needs('go'), async (context: TestContext) => {
    const folder = await folderWith('receipt', sample.bytes)
    const prepared = await runBlocks(plain, folder)
    assert.equal(prepared.code, 0, prepared.output)
    const [program] = blocksOf(join(GUIDES, 'verify-receipt.md'), 'go')
    await writeFile(join(folder, 'receipt/main.go'), program!.text)
    const environment = { PATH: `${process.env.PATH}:${dirname(toolPath('go'))}` }
    const go = blocks.filter(({ mark }) => mark === 'go')
    assert.equal(go.length, 1)
    const { code, output } = await runBlocks(go, folder, environment)
    if (code !== 0 && /dial tcp|i\/o timeout|no such host/.test(output) && !process.env.CI) {
      context.skip('the Go modules could not be had: no network')
      return
    }
    assert.equal(code, 0, output)
    assert.match(output, /verified: the entry is in the log/)
  })

  const swaps: readonly [string, string, (bytes: Uint8Array) => Uint8Array][] = [
    ['a page', 'data/page.txt', () => utf8('西湖龙井 ￥299')],
    [
      'the manifest',
      'manifest.json',
      (bytes) => utf8(Buffer.from(bytes).toString().replace('"complete":true', '"complete":null')),
    ],
    ['the record', 'documents/record.pdf', (bytes) => bytes.map((byte, i) => (i === 700 ? byte ^ 1 : byte))],
    ['the token', 'proof/timestamp.tsr', (bytes) => bytes.map((byte, i) => (i === bytes.length - 9 ? byte ^ 1 : byte))],
    [
      'the seal’s time',
      'seal.json',
      (bytes) =>
        utf8(
          Buffer.from(bytes)
            .toString()
            .replace(/("sealedAt":"20)\d\d/, '$125'),
        ),
    ],
  ]
  for (const [what, path, change] of swaps) {
    test(`its commands fail when ${what} was changed`, async () => {
      const { code } = await runBlocks(plain, await folderWith(path.replaceAll('/', '-'), await changed(path, change)))
      assert.equal(code, 1)
    })
  }

  test('its commands fail when a file was added or taken away', async () => {
    const more = new Map(sample.members).set('data/zz.txt', utf8('more'))
    const less = new Map(sample.members)
    less.delete('documents/record.pdf')
    for (const [name, members] of [
      ['more', more],
      ['less', less],
    ] as const) {
      const { code } = await runBlocks(plain, await folderWith(name, await packageOf(members)))
      assert.equal(code, 1, name)
    }
  })

  test('its commands fail under another authority’s policy', async () => {
    const folder = await folderWith('foreign', sample.bytes)
    const foreign = await buildSamplePackage({ seed: 'another authority' })
    await writeFile(join(folder, 'policy.json'), encodeJson(foreign.policy as unknown as JsonValue))
    assert.equal((await runBlocks(plain, folder)).code, 1)
  })
})
