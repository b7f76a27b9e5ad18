import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Bytes, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { createSampleAuthority, type SampleAuthority, type SampleIdentity } from '../../testing/sample-authority.ts'
import { sampleDetachedSignature } from '../../testing/sample-signed-data.ts'
import type { Case } from '../case.ts'
import { editionSigner } from './edition-signature.ts'

const AT = Date.parse('2026-11-24T08:00:00Z')
const statement = utf8('{"statement":{"kind":"signature"}}')
const random = seededRandom('edition signatures')

describe('the signatures of an edition', () => {
  let p256: SampleAuthority
  let sm2: SampleAuthority
  let stamper: SampleIdentity
  let roots: Case['roots']
  let crls: Bytes[]

  before(async () => {
    p256 = await createSampleAuthority({ name: 'CA', algorithm: 'p256', random, at: AT })
    sm2 = await createSampleAuthority({ name: 'SM2 CA', algorithm: 'sm2', random, at: AT })
    const subject = { commonName: 'TSA', organisation: 'O', purpose: 'timestamp' as const }
    stamper = await p256.issue(subject, 'p256')
    roots = { certificate: [p256.root, sm2.root], timestamp: [p256.root] }
    crls = [await p256.crl(), await sm2.crl()]
  })

  const officer = (commonName = '王晓明', purpose: 'officer' | 'organisation' = 'officer') => ({
    commonName,
    organisation: 'O',
    purpose,
  })

  async function files(one = officer(), two = officer(), content = statement): Promise<[string, Bytes][]> {
    const first = await p256.issue(one, 'p256')
    const second = await sm2.issue(two, 'sm2')
    return [
      ['data/edition.json', statement],
      ['data/edition-p256.p7s', await sampleDetachedSignature(content, first, AT, stamper)],
      ['data/edition-sm2.p7s', await sampleDetachedSignature(content, second, AT, stamper)],
    ]
  }

  async function judge(kept: [string, Bytes][], change: { crls?: Bytes[]; pinned?: boolean; judge?: null } = {}) {
    const governing = { judge: 'judge' in change ? null : {}, pinned: change.pinned ?? true }
    const found = { contents: { kept: new Map(kept) }, governing, roots, crls: change.crls ?? crls }
    const result = await editionSigner(found as unknown as Case)
    if (result === null) return null
    return 'signer' in result ? result.signer : `${result.problem.status}: ${result.problem.code}`
  }

  test('by one officer with both keys name the officer', async () => {
    assert.equal(await judge(await files()), '王晓明')
  })

  test('are not asked for: an edition without them is one without them', async () => {
    assert.equal(await judge([['data/edition.json', statement]]), null)
  })

  test('name nobody under roots that nobody pinned, and are not judged without any policy', async () => {
    assert.equal(await judge(await files(), { pinned: false }), null)
    assert.equal(await judge(await files(), { judge: null }), 'not-checked: blocked')
  })

  test('over another statement are refused', async () => {
    assert.equal(await judge(await files(officer(), officer(), utf8('{}'))), 'failed: content-differs')
  })

  test('by two officers, or of which one is missing, are refused', async () => {
    assert.equal(await judge(await files(officer('甲'), officer('乙'))), 'failed: edition-signers-differ')
    const [said, first, second] = await files()
    assert.equal(await judge([said!, first!]), 'failed: edition-signature-missing')
    assert.equal(await judge([said!, second!]), 'failed: edition-signature-missing')
  })

  test('that are no signatures, or carry no timestamp, are refused', async () => {
    const [said, , second] = await files()
    const nonsense: [string, Bytes] = ['data/edition-p256.p7s', utf8('nonsense')]
    assert.equal(await judge([said!, nonsense, second!]), 'failed: cms-malformed')
  })

  test('without revocation lists are not checked', async () => {
    assert.equal(await judge(await files(), { crls: [] }), 'not-checked: crl-missing')
  })

  test('with any byte changed are refused', async () => {
    const [said, first, second] = await files()
    for (let at = 0; at < first![1].length; at += 31) {
      const changed = new Uint8Array(first![1])
      changed[at]! ^= 1
      assert.match((await judge([said!, ['data/edition-p256.p7s', changed], second!])) ?? '', /^failed: /, `byte ${at}`)
    }
  })
})
