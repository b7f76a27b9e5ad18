import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fromBase64, fromUtf8, toBase64, utf8 } from '@mingzheng/kernel'
import fc from 'fast-check'
import { vectorJson } from '../../../../tests/vectors.ts'
import { createTestLog } from '../testing/test-log.ts'
import { formatTlogProof, parseTlogProof, type TlogProof } from './tlog-proof.ts'

interface Case {
  name: string
  text: string
  valid: boolean
  index?: number
  path?: string[]
  checkpoint?: string
  extra?: string | null
}

describe('the proofs of transparency-dev/formats', () => {
  const cases = vectorJson<Case[]>('formats/proof.json')
  test(`are read, written and refused as there (${cases.length})`, () => {
    for (const { name, text, valid, index, path, checkpoint, extra } of cases) {
      if (!valid) {
        assert.throws(() => parseTlogProof(text), { code: 'proof-malformed' }, name)
        continue
      }
      const proof = parseTlogProof(text)
      assert.equal(proof.index, index, name)
      assert.deepEqual(proof.path.map(toBase64), path, name)
      assert.equal(proof.checkpoint, checkpoint, name)
      assert.deepEqual(proof.extra, extra == null ? undefined : fromBase64(extra), name)
      assert.equal(formatTlogProof(proof), text, name)
    }
  })
})

const HEADER = 'c2sp.org/tlog-proof@v1'
const HASH = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I='

describe('a proof', () => {
  test('in another spelling is refused', () => {
    for (const text of [
      '',
      HEADER,
      `${HEADER}\n`,
      `index 0\n\nc\n`,
      `${HEADER} \nindex 0\n\nc\n`,
      `${HEADER}\r\nindex 0\r\n\r\nc\n`,
      `${HEADER}\nindex 0\r\n\nc\n`,
      `${HEADER}\nindex 00\n\nc\n`,
      `${HEADER}\nindex 01\n\nc\n`,
      `${HEADER}\nindex +1\n\nc\n`,
      `${HEADER}\nindex  1\n\nc\n`,
      `${HEADER}\nindex 1 \n\nc\n`,
      `${HEADER}\nindex 9007199254740992\n\nc\n`,
      `${HEADER}\nindex\n\nc\n`,
      `${HEADER}\nINDEX 0\n\nc\n`,
      `${HEADER}\nindex 0\nextra AA==\n\nc\n`,
      `${HEADER}\nextra \nindex 0\n\nc\n`,
      `${HEADER}\nextra AB==\nindex 0\n\nc\n`,
      `${HEADER}\nextra AA==\nextra AA==\nindex 0\n\nc\n`,
      `${HEADER}\nindex 0\nindex 0\n\nc\n`,
      `${HEADER}\nindex 0\n${HASH.replace('I=', 'J=')}\n\nc\n`,
      `${HEADER}\nindex 0\n${HASH} \n\nc\n`,
      `${HEADER}\nindex 0\n${`${HASH}\n`.repeat(64)}\nc\n`,
    ]) {
      assert.throws(() => parseTlogProof(text), { code: 'proof-malformed' }, JSON.stringify(text))
    }
    assert.throws(() => parseTlogProof(Uint8Array.of(0xff, 0x0a, 0x0a)), { code: 'proof-malformed' })
    const proof: TlogProof = { index: 0, path: [], checkpoint: 'c\n' }
    assert.throws(() => formatTlogProof({ ...proof, index: -1 }), { code: 'proof-malformed' })
    assert.throws(() => formatTlogProof({ ...proof, path: [new Uint8Array(31)] }), { code: 'proof-malformed' })
    assert.throws(() => formatTlogProof({ ...proof, extra: new Uint8Array() }), { code: 'proof-malformed' })
  })

  test('with any byte changed is refused, or is another proof that is written just so', async () => {
    const log = createTestLog()
    log.append(utf8('a'), utf8('b'), utf8('c'))
    const whole = utf8(await log.receipt('sha256', 1))
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = whole.map((byte, i) => (i === at ? byte ^ flip : byte))
        let proof: TlogProof
        try {
          proof = parseTlogProof(changed)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'proof-malformed')
          return
        }
        assert.equal(formatTlogProof(proof), fromUtf8(changed))
      }),
      { seed: 20261124, numRuns: 3000 },
    )
  })
})
