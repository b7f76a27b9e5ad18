import assert from 'node:assert/strict'
import { createDecipheriv, createHmac, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Bytes, concat, equalBytes, fromHex, fromUtf8, toHex, utf8 } from '@mingzheng/kernel'
import { treeRoot } from '../merkle/compact-range.ts'
import { boxKeyOf } from './box-key.ts'
import { readSealing } from './sealed-file.ts'
import { openStream } from './sealed-stream.ts'

interface Vector {
  privateKey: string
  context: string
  plain: string
  parts: string[]
  root: string
}

const vector = JSON.parse(
  readFileSync(new URL('../../../../vectors/sealed/sealed-file-v1.json', import.meta.url), 'utf8'),
) as Vector
const parts = vector.parts.map(fromHex)

test('the golden sealed file opens, and is named by its root', async () => {
  const sealing = await readSealing(parts[0]!, fromHex(vector.privateKey), utf8(vector.context))
  const plain: Bytes[] = []
  for await (const piece of openStream(sealing, parts.slice(1))) plain.push(piece)
  assert.equal(fromUtf8(concat(...plain)), vector.plain)
  assert.equal(toHex(treeRoot('sha256', parts)), vector.root)
})

test('whoever reads the page of the format and RFC 9180 opens it with the primitives alone', () => {
  const { privateKey, publicKey } = boxKeyOf(fromHex(vector.privateKey))
  const header = parts[0]!
  const enc = header.subarray(16)
  const info = concat(utf8('mingzheng.seal.1'), Uint8Array.of(0), utf8(vector.context))
  const secret = diffieHellman({
    privateKey: createPrivateKey({
      key: Buffer.concat([fromHex('302e020100300506032b656e04220420'), privateKey]),
      format: 'der',
      type: 'pkcs8',
    }),
    publicKey: createPublicKey({
      key: Buffer.concat([fromHex('302a300506032b656e032100'), enc]),
      format: 'der',
      type: 'spki',
    }),
  })
  const extract = (salt: Bytes, suite: Bytes, label: string, ikm: Bytes) =>
    new Uint8Array(
      createHmac('sha256', salt)
        .update(concat(utf8('HPKE-v1'), suite, utf8(label), ikm))
        .digest(),
    )
  const expand = (key: Bytes, suite: Bytes, label: string, about: Bytes, length: number) => {
    const labelled = concat(Uint8Array.of(0, length), utf8('HPKE-v1'), suite, utf8(label), about)
    const block = createHmac('sha256', key)
      .update(concat(labelled, Uint8Array.of(1)))
      .digest()
    return new Uint8Array(block.subarray(0, length))
  }
  const none = new Uint8Array(0)
  // Section 4.1: KEM 0x0020; section 5.1: with KDF 0x0001 and AEAD 0xffff (export only).
  const kem = concat(utf8('KEM'), fromHex('0020'))
  const hpke = concat(utf8('HPKE'), fromHex('00200001ffff'))
  const shared = expand(extract(none, kem, 'eae_prk', secret), kem, 'shared_secret', concat(enc, publicKey), 32)
  const schedule = concat(
    Uint8Array.of(0),
    extract(none, hpke, 'psk_id_hash', none),
    extract(none, hpke, 'info_hash', info),
  )
  const exporter = expand(extract(shared, hpke, 'secret', none), hpke, 'exp', schedule, 32)
  const key = expand(exporter, hpke, 'sec', utf8('parts'), 32)
  const opened = parts.slice(1).map((part, i, all) => {
    const nonce = new Uint8Array(12)
    nonce[10] = i
    nonce[11] = i === all.length - 1 ? 1 : 0
    const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    decipher.setAuthTag(part.subarray(part.length - 16))
    return concat(decipher.update(part.subarray(0, part.length - 16)), decipher.final())
  })
  assert.ok(equalBytes(concat(...opened), utf8(vector.plain)))
})
