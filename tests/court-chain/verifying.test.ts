/** Evidence of one ledger before the court of another: in one step, both ways, and with one of the two ledgers gone. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { isRefusal, randomBytes, systemClock } from '@mingzheng/kernel'
import { decodeCrossChain, type Entry, encodePolicy, verifyCrossChain } from '@mingzheng/proof'
import { buildSamplePackage, type SampleFixing, type SamplePackage } from '@mingzheng/proof/testing'
import { verifyCommand } from '@mingzheng/verifier'
import { registerLocally } from '../../apps/node/src/index.ts'
import { needs } from '../capability.ts'
import { RunningChain, until } from './running-chain.ts'

const options = needs('cometbft')

/** Fixes commitments through a member's node; answers with what a package holds of it. */
async function fix(chain: RunningChain, id: string, body: Entry['body']): Promise<SampleFixing> {
  const ledger = await chain.ledger(id)
  const { c, s, n } = body
  const item = { id: randomBytes(16), contract: 'evidence', method: 'fix', arguments: { c, s, n } }
  await ledger.submit([item])
  await ledger.wait(item.id, 'witnessed', { timeoutMs: 90_000 })
  const { index, entry, proof, proofSm3 } = await ledger.receipt({ id: item.id })
  return { policy: ledger.policy, index, entry, receipt: proof, receiptSm3: proofSm3 }
}

describe('evidence of the platform’s ledger at the court, whose ledger is another', {
  concurrency: false,
  ...options,
}, () => {
  let platform: RunningChain
  let courts: RunningChain
  let sample: SamplePackage
  let folder: string
  let cookie = ''
  let crossChain: Uint8Array
  before(async () => {
    if (options.skip !== undefined) return
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-verifying-'))
    sample = await buildSamplePackage({
      seed: 'two ledgers',
      at: Date.now() - 5000,
      delays: { timestamp: 1000 },
      // The platform's consortium is founded with the authorities that signed the package.
      fixed: async ({ certificateRoots, timestampRoots }, body) => {
        platform = await RunningChain.ofPlatform({ certificateRoots, timestampRoots })
        return fix(platform, 'regulator', body)
      },
    })
    courts = await RunningChain.ofCourts()
    await Promise.all([
      registerLocally(courts.folder, platform.policy),
      registerLocally(platform.folder, courts.policy),
    ])
  })
  after(async () => {
    await platform?.end()
    await courts?.end()
    await rm(folder, { recursive: true, force: true })
  })

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, courts.of('internet-court').courtUrl!), { ...init, headers: { cookie }, redirect: 'manual' })
  const signIn = async () => {
    const passphrase = (await readFile(join(courts.home('internet-court'), 'clerk'), 'utf8')).trim()
    const answer = await ask('/court/sign-in?lang=en', { method: 'POST', body: new URLSearchParams({ passphrase }) })
    cookie = answer.headers.get('set-cookie')!.split(';')[0]!
  }
  /** The page of a result, once it is there. */
  const result = async (sent: Response): Promise<{ text: string; path: string }> => {
    assert.equal(sent.status, 303)
    const path = sent.headers.get('location')!
    for (;;) {
      const text = await (await ask(path)).text()
      if (!text.includes('http-equiv="refresh"')) return { text, path }
      await pause(200)
    }
  }
  const lookUp = async (number: string) =>
    result(await ask('/court/number?lang=en', { method: 'POST', body: new URLSearchParams({ number }) }))
  const handIn = async (bytes: Uint8Array, name: string) => {
    const body = new FormData()
    body.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name)
    return result(await ask('/court/file?lang=en', { method: 'POST', body }))
  }
  const RECORDED = /is recorded on this ledger as entry (\d+) at [^,]+, witnessed by ([^<]*Court[^<]*)/

  test(
    'is found by its certificate number in the court’s own copy, with the record on the court’s ledger',
    options,
    async () => {
      await signIn()
      let shown = { text: '', path: '' }
      await until('the checkpoint above it is recorded and the copy has it', async () => {
        shown = await lookUp(sample.manifest.number)
        return RECORDED.test(shown.text)
      })
      assert.match(shown.text, /Fixed on another ledger/)
      assert.match(shown.text, new RegExp(platform.origin))
      const id = shown.path.split('?')[0]
      crossChain = new Uint8Array(await (await ask(`${id}/cross-chain.json`)).arrayBuffer())
      assert.ok(!isRefusal(decodeCrossChain(crossChain)))
    },
  )

  test('verifies when the package is handed in, in one step, and an altered one does not', options, async () => {
    const { text } = await handIn(sample.bytes, 'evidence.zip')
    assert.match(text, /role="status">Verified/)
    assert.match(text, RECORDED)
    const altered = sample.bytes.slice()
    altered[Math.floor(altered.length / 3)]! ^= 1
    assert.match((await handIn(altered, 'evidence.zip')).text, /role="status">(Failed|Not a package)/)
  })

  test('verifies offline with both policies, and says where else it stands', options, async () => {
    const at = async (name: string, bytes: Uint8Array) => {
      await writeFile(join(folder, name), bytes)
      return join(folder, name)
    }
    const file = await at('evidence.zip', sample.bytes)
    const proof = await at('cross-chain.json', crossChain)
    const policies = [
      await at('platform.json', encodePolicy(platform.policy)),
      await at('courts.json', encodePolicy(courts.policy)),
    ]
    const verify = (those: string[]) =>
      verifyCommand({
        file,
        renewals: [proof],
        policies: those,
        trusted: [],
        json: true,
        language: 'en',
        now: Date.now(),
      })
    const both = await verify(policies)
    assert.equal(both.exitCode, 0)
    const check = both.report.checks.find(({ id }) => id === 'cross-chain')
    assert.equal(check?.status, 'passed')
    assert.match(check!.reason.en, /Ledger of the courts/)
    const one = await verify(policies.slice(0, 1))
    assert.equal(one.report.checks.find(({ id }) => id === 'cross-chain')?.code, 'policy-not-pinned')
  })

  test(
    'and the other way: what the courts’ ledger fixed is proven by what the platform’s records',
    options,
    async () => {
      const body = { c: randomBytes(32), s: randomBytes(32), n: randomBytes(32) }
      const { index, entry } = await fix(courts, 'internet-court', body)
      const path = `/cross-chain/${index}?origin=${encodeURIComponent(platform.origin)}`
      let bytes = new Uint8Array()
      await until('the platform’s ledger records a checkpoint above it', async () => {
        const answer = await fetch(`${courts.of('high-court').url}${path}`)
        bytes = new Uint8Array(await answer.arrayBuffer())
        return answer.ok
      })
      const subject = { entry, origin: courts.origin, index }
      const proven = verifyCrossChain(subject, decodeCrossChain(bytes), [platform.policy])
      assert.ok(!isRefusal(proven))
      assert.equal(proven.origin, platform.origin)
      assert.ok(proven.signers.length >= 3)
      const stranger = verifyCrossChain({ ...subject, index: index + 1 }, decodeCrossChain(bytes), [platform.policy])
      assert.ok(isRefusal(stranger))
    },
  )

  test('still verifies when every process of the platform’s ledger is gone', options, async () => {
    await platform.kill()
    const found = await lookUp(sample.manifest.number)
    assert.match(found.text, /Fixed on another ledger/)
    assert.match(found.text, RECORDED)
    const { text } = await handIn(sample.bytes, 'evidence.zip')
    assert.match(text, /role="status">Verified/)
    assert.match(text, RECORDED)
    await until('the courts’ members say that it is unreached', async () => {
      return (await courts.sees('high-court', platform))?.state === 'unreached'
    })
    const now = systemClock.now()
    const body = { c: randomBytes(32), s: randomBytes(32), n: randomBytes(32) }
    assert.ok((await fix(courts, 'high-court', body)).index > 0 && systemClock.now() >= now)
  })
})
