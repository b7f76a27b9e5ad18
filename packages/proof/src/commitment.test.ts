import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { digestPair, encodeJson, toHex, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import {
  checkOpening,
  commit,
  commitPair,
  decodeOpening,
  encodeOpening,
  MANIFEST_DOMAIN,
  newOpening,
} from './commitment.ts'

const opening = newOpening(MANIFEST_DOMAIN, seededRandom('commitments'))
const digests = digestPair(utf8('a manifest'))
const commitments = commitPair(opening, digests)

describe('a commitment', () => {
  test('is the HMAC that the format says, as OpenSSL computes it', () => {
    for (const name of ['sha256', 'sm3'] as const) {
      const mac = createHmac(name, opening.salt[name])
      mac.update(MANIFEST_DOMAIN).update(Uint8Array.of(0)).update(digests[name])
      assert.equal(toHex(commitments[name]), mac.digest('hex'))
    }
  })

  test('opens to its digests alone', () => {
    assert.deepEqual(checkOpening(opening, digests, commitments), { sha256: true, sm3: true })
    const other = digestPair(utf8('another manifest'))
    assert.deepEqual(checkOpening(opening, other, commitments), { sha256: false, sm3: false })
    assert.deepEqual(checkOpening(opening, { ...digests, sm3: other.sm3 }, commitments), { sha256: true, sm3: false })
    const crossed = { sha256: commitments.sm3, sm3: commitments.sha256 }
    assert.deepEqual(checkOpening(opening, digests, crossed), { sha256: false, sm3: false })
  })

  test('does not open with other salts or in another domain', () => {
    const salts = newOpening(MANIFEST_DOMAIN, seededRandom('others'))
    assert.deepEqual(checkOpening(salts, digests, commitments), { sha256: false, sm3: false })
    const domain = { ...opening, domain: `${MANIFEST_DOMAIN}1` }
    assert.deepEqual(checkOpening(domain, digests, commitments), { sha256: false, sm3: false })
  })

  test('is not made of a wrong salt, digest or domain', () => {
    const [salt, digest] = [opening.salt.sha256, digests.sha256]
    for (const make of [
      () => commit('sha256', salt.subarray(1), 'x', digest),
      () => commit('sha256', salt, 'x', digest.subarray(1)),
      () => commit('sha256', salt, 'x\0', digest),
    ]) {
      assert.throws(make, { code: 'commitment-malformed' })
    }
  })
})

describe('an opening', () => {
  test('comes back as it was written', () => {
    assert.deepEqual(decodeOpening(encodeOpening(opening)), opening)
  })

  test('in another spelling or shape is refused', () => {
    const salt = { sha256: toHex(opening.salt.sha256), sm3: toHex(opening.salt.sm3) }
    const good = { version: 1, domain: 'x', salt }
    assert.doesNotThrow(() => decodeOpening(encodeJson(good)))
    for (const wrong of [
      { ...good, version: 2 },
      { ...good, domain: '' },
      { ...good, domain: 'x\0' },
      { ...good, more: 1 },
      { ...good, salt: { ...salt, sm3: salt.sm3.toUpperCase() } },
      { ...good, salt: { ...salt, sm3: salt.sm3.slice(2) } },
      { ...good, salt: { sha256: salt.sha256 } },
      [],
    ]) {
      assert.throws(() => decodeOpening(encodeJson(wrong)), { code: 'opening-malformed' }, JSON.stringify(wrong))
    }
    assert.throws(() => decodeOpening(utf8(JSON.stringify(good, null, 1))), { code: 'opening-malformed' })
  })
})
