import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { vectorJson } from '../../../tests/vectors.ts'
import { type Bytes, bigEndian, concat, fromHex, toHex, utf8 } from './bytes.ts'
import { native as nodeNative } from './native/node.ts'
import { native as webNative } from './native/web.ts'
import { generatePrivateKey, keySigner, publicKeyOf, type SignatureAlgorithm, verifySignature } from './signature.ts'
import { signatureFromDer, signatureToDer } from './signature-der.ts'
import { seededRandom } from './testing.ts'

const ALGORITHMS: SignatureAlgorithm[] = ['ed25519', 'p256', 'sm2']
const natives = { Node: nodeNative, browser: webNative }
const random = seededRandom('signatures')

/** Orders of the groups: Ed25519 (RFC 8032), P-256 (FIPS 186-5), SM2 (GB/T 32918.5). */
const ORDER: Record<SignatureAlgorithm, bigint> = {
  ed25519: 2n ** 252n + 27742317777372353535851937790883648493n,
  p256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  sm2: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
}
const big = (bytes: Bytes) => BigInt(`0x${toHex(bytes)}`)
const little = (bytes: Bytes) => big(bytes.slice().reverse())

for (const algorithm of ALGORITHMS) {
  describe(`signatures by ${algorithm}`, () => {
    const key = generatePrivateKey(algorithm, random)
    const { publicKey } = keySigner(key)

    test('made in Node hold in browsers and the other way round', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 100 }), (message) => {
          for (const [maker, native] of Object.entries(natives)) {
            const signature = native.sign(algorithm, key.secret, publicKey.bytes, message)
            assert.equal(signature.length, 64)
            assert.equal(Object.getPrototypeOf(signature), Uint8Array.prototype)
            for (const [judge, other] of Object.entries(natives)) {
              assert.ok(other.verify(algorithm, publicKey.bytes, message, signature), `${maker} to ${judge}`)
            }
          }
        }),
        { seed: 20261124, numRuns: 25 },
      )
    })

    test('hold for their message and key alone, and with no bit changed, in Node and in browsers', async () => {
      const message = utf8('what was signed')
      const signature = await keySigner(key).sign(message)
      const other = publicKeyOf(generatePrivateKey(algorithm, random))
      for (const [name, native] of Object.entries(natives)) {
        const holds = (m: Bytes, s: Bytes, k = publicKey.bytes) => native.verify(algorithm, k, m, s)
        assert.ok(holds(message, signature), name)
        assert.ok(!holds(utf8('what was signeD'), signature), name)
        assert.ok(!holds(message, signature, other.bytes), name)
        for (let bit = 0; bit < 512; bit += 7) {
          const changed = signature.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
          assert.ok(!holds(message, changed), `${name} bit ${bit}`)
        }
      }
    })

    test('of a wrong length, of zeros, or beyond the order of the group, never hold and never crash', async () => {
      const message = utf8('m')
      const signature = await keySigner(key).sign(message)
      const [r, s] = [signature.subarray(0, 32), signature.subarray(32)]
      const zero = new Uint8Array(32)
      const full = new Uint8Array(32).fill(255)
      const order = algorithm === 'ed25519' ? bigEndian(ORDER.ed25519, 32).reverse() : bigEndian(ORDER[algorithm], 32)
      for (const wrong of [
        new Uint8Array(),
        signature.subarray(1),
        concat(signature, Uint8Array.of(0)),
        concat(zero, zero),
        concat(zero, s),
        concat(r, zero),
        concat(r, full),
        concat(full, s),
        concat(r, order),
        concat(order, s),
      ]) {
        assert.equal(verifySignature(publicKey, message, wrong), false)
        assert.equal(verifySignature(publicKey, message, wrong, 'foreign'), false)
        for (const native of Object.values(natives)) {
          assert.equal(native.verify(algorithm, publicKey.bytes, message, wrong), false, toHex(wrong))
        }
      }
    })

    test('with the order added to s, which spells the same number twice, do not hold', async () => {
      const message = utf8('m')
      for (;;) {
        const signature = await keySigner(key).sign(message)
        const ed = algorithm === 'ed25519'
        const s = ed ? little(signature.subarray(32)) : big(signature.subarray(32))
        const twice = s + ORDER[algorithm]
        // Only small s fit again; Ed25519 and, rarely, the others.
        if (twice >= 2n ** 256n) break
        const spelled = ed ? bigEndian(twice, 32).reverse() : bigEndian(twice, 32)
        for (const native of Object.values(natives)) {
          const again = concat(signature.subarray(0, 32), spelled)
          assert.ok(!native.verify(algorithm, publicKey.bytes, message, again))
        }
        break
      }
    })

    test('under a key that is no point never hold and never crash', async () => {
      const message = utf8('m')
      const signature = await keySigner(key).sign(message)
      const bytes = publicKey.bytes
      for (const wrong of [
        new Uint8Array(),
        bytes.subarray(1),
        concat(bytes, Uint8Array.of(0)),
        new Uint8Array(bytes.length),
        new Uint8Array(bytes.length).fill(255),
        bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)),
        ...(algorithm === 'ed25519' ? [] : [concat(Uint8Array.of(2 + (bytes[64]! & 1)), bytes.subarray(1, 33))]),
      ]) {
        assert.equal(verifySignature({ algorithm, bytes: wrong }, message, signature), false, toHex(wrong))
      }
    })

    test('are made by a key that is a number of the group, never zero', () => {
      let draws = 0
      const stubborn = (length: number) => {
        draws++
        return draws === 1 ? new Uint8Array(length) : draws === 2 ? new Uint8Array(length).fill(255) : random(length)
      }
      const secret = big(generatePrivateKey(algorithm, stubborn).secret)
      if (algorithm !== 'ed25519') assert.ok(secret > 0n && secret < ORDER[algorithm])
      assert.equal(draws, algorithm === 'ed25519' ? 1 : 3)
    })
  })
}

describe('P-256', () => {
  test('has two signatures for one; we know the lower, and foreigners may use either', async () => {
    const key = generatePrivateKey('p256', random)
    const signer = keySigner(key)
    for (let i = 0; i < 12; i++) {
      const message = utf8(`message ${i}`)
      const signature = await signer.sign(message)
      const s = big(signature.subarray(32))
      assert.ok(s <= ORDER.p256 / 2n)
      const twin = concat(signature.subarray(0, 32), bigEndian(ORDER.p256 - s, 32))
      assert.equal(verifySignature(signer.publicKey, message, signature), true)
      assert.equal(verifySignature(signer.publicKey, message, twin), false)
      assert.equal(verifySignature(signer.publicKey, message, twin, 'foreign'), true)
    }
  })
})

interface EddsaGroup {
  publicKey: { pk: string }
  tests: { tcId: number; msg: string; sig: string; result: 'valid' | 'invalid' }[]
}

describe('Ed25519', () => {
  const { testGroups, numberOfTests } = vectorJson<{ testGroups: EddsaGroup[]; numberOfTests: number }>(
    'wycheproof/ed25519_test.json',
  )

  test(`judges every case of Wycheproof as there, in Node and in browsers (${numberOfTests})`, () => {
    let count = 0
    for (const { publicKey, tests } of testGroups) {
      const bytes = fromHex(publicKey.pk)
      for (const { tcId, msg, sig, result } of tests) {
        const [message, signature] = [fromHex(msg), fromHex(sig)]
        const expected = result === 'valid'
        assert.equal(verifySignature({ algorithm: 'ed25519', bytes }, message, signature), expected, `case ${tcId}`)
        for (const native of Object.values(natives)) {
          if (signature.length !== 64) continue
          assert.equal(native.verify('ed25519', bytes, message, signature), expected, `case ${tcId}`)
        }
        count++
      }
    }
    assert.equal(count, numberOfTests)
  })

  test('signs as RFC 8032 section 7.1 prints it', async () => {
    const secret = fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb')
    const signer = keySigner({ algorithm: 'ed25519', secret })
    assert.equal(toHex(signer.publicKey.bytes), '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
    assert.equal(
      toHex(await signer.sign(Uint8Array.of(0x72))),
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
  })
})

describe('SM2', () => {
  test('holds for the signature that GB/T 32918.5 prints (appendix A.2), in Node and in browsers', () => {
    const secret = fromHex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8')
    const { bytes } = publicKeyOf({ algorithm: 'sm2', secret })
    assert.equal(
      toHex(bytes),
      '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
        'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
    )
    const signature = fromHex(
      'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
        'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
    )
    for (const native of Object.values(natives)) {
      assert.equal(native.verify('sm2', bytes, utf8('message digest'), signature), true)
      assert.equal(native.verify('sm2', bytes, utf8('message digesT'), signature), false)
    }
  })
})

describe('an Ed25519 signature that only some verifiers accept', () => {
  test('since its R has a small part, is refused in Node and in browsers alike', () => {
    const { Point } = ed25519
    const torsion = Point.fromBytes(fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'))
    assert.ok(torsion.isSmallOrder())
    const message = utf8('one reading only')
    const { pointBytes, scalar } = ed25519.utils.getExtendedPublicKey(random(32))
    const r = 12345678901234567890n
    const bytesOfR = Point.BASE.multiply(r).add(torsion).toBytes()
    const k = little(sha512(concat(bytesOfR, pointBytes, message))) % ORDER.ed25519
    const s = (r + k * scalar) % ORDER.ed25519
    const signature = concat(bytesOfR, bigEndian(s, 32).reverse())
    assert.ok(ed25519.verify(signature, message, pointBytes, { zip215: true }), 'a lenient verifier accepts it')
    for (const [name, native] of Object.entries(natives)) {
      assert.equal(native.verify('ed25519', pointBytes, message, signature), false, name)
    }
  })
})

describe('the DER form of a signature', () => {
  const half = fc.uint8Array({ minLength: 32, maxLength: 32 })

  test('comes back, whatever zeros and high bits it begins with', () => {
    fc.assert(
      fc.property(half, half, fc.nat(31), fc.nat(31), (r, s, a, b) => {
        r.fill(0, 0, a)
        s.fill(0, 0, b)
        const raw = concat(r, s)
        assert.deepEqual(signatureFromDer(signatureToDer(raw)), raw)
      }),
      { seed: 20261124, numRuns: 500 },
    )
  })

  test('in another spelling is refused', () => {
    const one = '3006020101020101'
    assert.doesNotThrow(() => signatureFromDer(fromHex(one)))
    for (const hex of [
      '',
      '30',
      '3000',
      '300602010102010100',
      '300702010102010100',
      '3007020200010201 01'.replace(' ', ''),
      '3081060201010201 01'.replace(' ', ''),
      '3106020101020101',
      '3006030101020101',
      '3005020101020 1'.replace(' ', ''),
      `3026${'0221'}01${'00'.repeat(32)}020101`,
      '30060201ff020101',
    ]) {
      assert.throws(() => signatureFromDer(fromHex(hex)), { code: 'signature-malformed' }, hex)
    }
    assert.throws(() => signatureToDer(new Uint8Array(63)), { code: 'signature-malformed' })
  })
})
