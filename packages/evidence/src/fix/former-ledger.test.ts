import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  type Bytes,
  concat,
  digestPair,
  fromBase64,
  generatePrivateKey,
  issueCertificateNumber,
  keySigner,
  manualClock,
  newId,
  parseProvinceCode,
  utcText,
  utf8,
} from '@mingzheng/kernel'
import {
  decodeSeal,
  encodeEntry,
  encodeManifest,
  encodeOpening,
  FIX_ENTRY_KIND,
  fixBody,
  MANIFEST_DOMAIN,
  memorySource,
  newOpening,
  parsePolicy,
  policyId,
  type TrustPolicy,
} from '@mingzheng/proof'
import { createTestConsortium, createTestLog } from '@mingzheng/proof/testing'
import { manifestOfPreservation } from '../preservation/preservation-manifest.ts'
import { openWorkFolder } from '../work-folder.ts'
import { type FixParts, fixManifest, itemOf } from './fix-manifest.ts'
import { keptReceipt } from './ledger-fix.ts'
import { openPackage } from './open-package.ts'

const NOW = Date.UTC(2026, 10, 24, 9)

/**
 * What was fixed on a log, as its package is made later: `present` is the ledger of that day. `revokedBy`: the first time that this
 * document is made, the certificates that sign are revoked and others come in their place.
 */
async function packed(which: 'former' | 'present', revokedBy?: 'certificate' | 'record') {
  const former = createTestLog()
  const consortium = createTestConsortium()
  const number = issueCertificateNumber(new Uint8Array(32), parseProvinceCode('330000'), 2026, 1)
  const wish = { sha256: 'ab'.repeat(32), sm3: null, title: '', reference: '', bytes: null, mediaType: null }
  const tool = { name: 'mingzheng', version: '0', sha256: null }
  const house = { id: newId(NOW), number, organisation: '示例局', acceptedAt: NOW, demo: false, tool, file: null }
  const manifest = manifestOfPreservation(wish, house)
  const manifestBytes = encodeManifest(manifest)
  const opening = encodeOpening(newOpening(MANIFEST_DOMAIN))
  const item = itemOf(manifest, opening, digestPair(manifestBytes))
  const body = fixBody({ commitment: item.commitment, commitmentSm3: item.commitmentSm3, number: item.number })
  const entry = encodeEntry({ kind: FIX_ENTRY_KIND, id: item.id, actor: new Uint8Array(16), time: NOW, body })
  const log = which === 'former' ? former : consortium
  const index = log.append(entry)
  const by = ['regulator', 'court', 'ca']
  const proofOf = (profile: 'sha256' | 'sm3') =>
    which === 'former' ? former.receipt(profile, index) : consortium.receipt(profile, index, by)
  const receipt = { index, time: NOW, entry, proof: await proofOf('sha256'), proofSm3: await proofOf('sm3') }
  const chains: string[] = []
  const rendered: string[] = []
  let certified = 1
  const render = async (name: 'certificate' | 'record') => {
    const signed = `${name} by ${certified}`
    rendered.push(signed)
    if (name === revokedBy && certified === 1) certified = 2
    return utf8(signed)
  }
  let stored = new Uint8Array() as Bytes
  const policies: TrustPolicy[] = [consortium.policy, former.policy]
  const parts = {
    clock: manualClock(NOW),
    fix: () => assert.fail('what stands on a ledger is not sent again'),
    readTimestamp: () => ({ time: utcText(NOW), serial: '1', authority: 'test' }),
    policy: (origin: string) => policies.find((policy) => policy.origin === origin)!,
    async policyChain(origin: string) {
      chains.push(origin)
      return null
    },
    revocation: async () => [],
    sealSigners: async () =>
      (['p256', 'sm2'] as const).map((name) => ({
        signer: keySigner(generatePrivateKey(name)),
        certificates: [new Uint8Array([certified])],
      })),
    documentSigner: async () => 'test',
    renderCertificate: () => render('certificate'),
    renderRecord: () => render('record'),
    retentionMs: 1000,
    async store(_key: string, open: () => AsyncIterable<Bytes>) {
      const pieces: Bytes[] = []
      for await (const piece of open()) pieces.push(piece)
      stored = concat(...pieces)
      return { bytes: stored.length, sha256: digestPair(stored).sha256 }
    },
    verifyAddress: () => 'http://localhost/',
  } as unknown as FixParts
  const folder = await mkdtemp(join(tmpdir(), 'mz-former-'))
  try {
    const work = await openWorkFolder(join(folder, 'work'))
    await work.once('manifest.json', () => manifestBytes)
    await work.once('opening.json', () => opening)
    await work.once('timestamp.tsr', () => utf8('token'))
    await work.once('receipt.json', () => utf8(JSON.stringify(keptReceipt(receipt))))
    const signal = AbortSignal.timeout(30_000)
    const fixed = await fixManifest(parts, { work, data: [], blobKey: 'k', signal, makeManifest: async () => manifest })
    const made = await openPackage(memorySource(stored))
    const policy = parsePolicy(await made.read('proof/policy.json'))
    const { signatures } = decodeSeal(await made.read('seal.json'))
    const sealedBy = signatures.map(({ certificates }) => fromBase64(certificates[0]!)[0])
    return { fixed, policy, chains, rendered, sealedBy, former: former.policy, present: consortium.policy }
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('a package that is made after its ledger was continued by another', () => {
  test('names the policy of the ledger that fixed it, and is not sent to the present one', async () => {
    const { policy, former, chains, fixed } = await packed('former')
    assert.equal(policyId(policy), policyId(former))
    assert.deepEqual(chains, [former.origin])
    assert.equal(fixed.keptUntil, NOW + 1000)
  })

  for (const revokedBy of ['certificate', 'record'] as const) {
    test(`has documents by the keys that seal it, also when others came while its ${revokedBy} was made`, async () => {
      const { rendered, sealedBy } = await packed('present', revokedBy)
      assert.deepEqual(rendered.slice(-2), ['certificate by 2', 'record by 2'])
      assert.equal(rendered.length, 4)
      assert.deepEqual(sealedBy, [2, 2])
    })
  }

  test('of the present ledger names the present policy', async () => {
    const { policy, present, chains } = await packed('present')
    assert.equal(policyId(policy), policyId(present))
    assert.deepEqual(chains, [present.origin])
  })
})
