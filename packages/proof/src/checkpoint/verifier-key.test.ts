import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, concat, digest, generatePrivateKey, keySigner, manualClock, toHex, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { vectorJson } from '../../../../tests/vectors.ts'
import { parseSignatureLine } from './note.ts'
import { cosigner, sm2NoteSigner } from './note-signer.ts'
import { cosignatureSeconds, formatVerifierKey, makeVerifierKey, parseVerifierKey, verifyLine } from './verifier-key.ts'

const random = seededRandom('verifier keys')
const ed25519 = keySigner(generatePrivateKey('ed25519', random))
const sm2 = keySigner(generatePrivateKey('sm2', random))

function parses(vkey: string): boolean {
  try {
    return formatVerifierKey(parseVerifierKey(vkey)) === vkey
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'vkey-malformed')
    return false
  }
}

/** Types of keys of the source that have no place here. */
const UNKNOWN_TYPES: Record<string, string> = {
  'native algMLDSA44 verifier': 'ML-DSA is not used yet',
  'ECDSA works': 'ECDSA notes are not used',
  'pixel works': 'ECDSA notes are not used',
  'Sunlight works': 'RFC 6962 tree heads are not used',
}

describe('verifier keys of other implementations', () => {
  const formats = vectorJson<{ name: string; vkey: string; valid: boolean }[]>('formats/vkey.json')
  test(`of transparency-dev/formats are read or refused as there (${formats.length})`, () => {
    for (const { name, vkey, valid } of formats) {
      assert.equal(parses(vkey), valid && !(name in UNKNOWN_TYPES), name)
    }
  })

  const sumdb = vectorJson<{ vkeys: { good: string[]; bad: { name: string; vkey: string }[] } }>('sumdb-note/note.json')
  test("of Go's checksum database are read, and no part or change of them", () => {
    for (const { name, vkey } of sumdb.vkeys.bad) assert.ok(!parses(vkey), name)
    for (const vkey of sumdb.vkeys.good) {
      assert.ok(parses(vkey))
      for (let i = 0; i <= vkey.length; i++) {
        for (let j = i + 1; j <= vkey.length; j++) {
          if (i !== 0 || j !== vkey.length) assert.ok(!parses(vkey.slice(i, j)), vkey.slice(i, j))
        }
      }
      for (let i = 0; i < vkey.length; i++) {
        const changed = vkey.slice(0, i) + String.fromCharCode(vkey.charCodeAt(i) + 1) + vkey.slice(i + 1)
        assert.ok(!parses(changed), changed)
      }
    }
  })

  test('say the time of a cosignature as there, or have none', () => {
    const cases = vectorJson<{ name: string; signature: string; valid: boolean; seconds?: number }[]>(
      'formats/cosignature-time.json',
    )
    assert.equal(cases.length, 3)
    for (const { name, signature, valid, seconds } of cases) {
      const read = () => cosignatureSeconds(parseSignatureLine(`— name ${signature}`).signature)
      if (valid) assert.equal(read(), seconds, name)
      else if (signature.includes(' ')) assert.throws(read, { code: 'note-malformed' }, name)
      else assert.equal(read(), null, name)
    }
  })
})

describe('a verifier key', () => {
  test('of each kind comes back from its text, with the id that the specification computes', () => {
    for (const [kind, type, key] of [
      ['ed25519', Uint8Array.of(1), ed25519.publicKey],
      ['cosignature', Uint8Array.of(4), ed25519.publicKey],
      ['sm2', concat(Uint8Array.of(0xff), utf8('mingzheng.sm2.v1')), sm2.publicKey],
    ] as const) {
      const made = makeVerifierKey(kind, 'log.test/1', key)
      const hashed = digest('sha256', concat(utf8('log.test/1\n'), type, key.bytes))
      assert.equal(made.keyId, toHex(hashed).slice(0, 8))
      assert.deepEqual(parseVerifierKey(formatVerifierKey(made)), made)
    }
  })

  test('with a name that is none, or a key of another algorithm, is refused', () => {
    for (const name of ['', 'a b', 'a+b', 'a\u0085b', 'a\nb', 'a\ud800b', 'a\u007fb']) {
      assert.throws(() => makeVerifierKey('ed25519', name, ed25519.publicKey), { code: 'vkey-malformed' })
    }
    assert.throws(() => makeVerifierKey('sm2', 'a', ed25519.publicKey), { code: 'vkey-malformed' })
    assert.throws(() => makeVerifierKey('ed25519', 'a', sm2.publicKey), { code: 'vkey-malformed' })
    const compressed = { algorithm: 'sm2', bytes: concat(Uint8Array.of(2), sm2.publicKey.bytes.subarray(1)) } as const
    assert.throws(() => makeVerifierKey('sm2', 'a', compressed), { code: 'vkey-malformed' })
  })

  test('whose id is another, or in capitals, is refused', () => {
    const vkey = formatVerifierKey(makeVerifierKey('cosignature', 'member.test', ed25519.publicKey))
    assert.ok(parses(vkey))
    const [name, id, key] = [vkey.split('+')[0], vkey.split('+')[1]!, vkey.split('+').slice(2).join('+')]
    assert.ok(!parses(`${name}+00000000+${key}`))
    const capitals = vectorJson<{ vkeys: { good: string[] } }>('sumdb-note/note.json').vkeys.good[0]!
    assert.ok(!parses(capitals.replace('c74f20a3', 'C74F20A3')))
    assert.ok(!parses(`${name}+${id}+${key.replace(/=*$/, '')}x`))
  })
})

describe('a cosignature', () => {
  const text = 'log.test/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n'
  const clock = manualClock(1_795_507_200_999)
  const witness = cosigner('member.test', ed25519, clock)

  test('says when it was made, to the second', async () => {
    const line = await witness.sign(text)
    assert.deepEqual(verifyLine({ text }, line, witness.key), { valid: true, time: 1_795_507_200_000 })
  })

  test('with another time, text, length or key does not hold', async () => {
    const line = await witness.sign(text)
    const judge = (signature: Bytes, of = text) => verifyLine({ text: of }, { ...line, signature }, witness.key).valid
    assert.ok(judge(line.signature))
    assert.ok(!judge(line.signature.map((byte, i) => (i === 7 ? byte ^ 1 : byte))))
    assert.ok(!judge(line.signature, `${text}extension\n`))
    assert.ok(!judge(line.signature.subarray(8)))
    assert.ok(!judge(concat(line.signature, Uint8Array.of(0))))
    const plain = makeVerifierKey('ed25519', 'member.test', ed25519.publicKey)
    assert.ok(!verifyLine({ text }, line, plain).valid)
  })

  test('of a time that no calendar prints is refused even when it is signed', async () => {
    const far = cosigner('member.test', ed25519, { now: () => 253_402_300_800_000 })
    assert.ok(!verifyLine({ text }, await far.sign(text), far.key).valid)
    const last = cosigner('member.test', ed25519, { now: () => 253_402_300_799_000 })
    assert.ok(verifyLine({ text }, await last.sign(text), last.key).valid)
  })

  test('by SM2 holds over the text alone, and no changed byte of it does', async () => {
    const signer = sm2NoteSigner('member.test', sm2)
    const line = await signer.sign(text)
    assert.equal(line.signature.length, 64)
    assert.deepEqual(verifyLine({ text }, line, signer.key), { valid: true, time: null })
    for (let at = 0; at < 64; at++) {
      const signature = line.signature.map((byte, i) => (i === at ? byte ^ 0x10 : byte))
      assert.ok(!verifyLine({ text }, { ...line, signature }, signer.key).valid)
    }
  })
})
