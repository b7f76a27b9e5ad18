import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fromHex, fromUtf8, signatureToDer, toHex } from '@mingzheng/kernel'
import {
  decodeEntry,
  decodeOpening,
  parseNote,
  parsePolicy,
  parseTlogProof,
  profileKeys,
  readFixBody,
} from '@mingzheng/proof'
import { needs, toolPath } from './capability.ts'
import { vectorBytes } from './vectors.ts'

const golden = (name: string) => vectorBytes(`golden/receipt-1/${name}`)

describe('what the pages of the formats say to do by hand, with the openssl program', needs('openssl'), () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mingzheng-by-hand-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))
  const file = (name: string, bytes: Uint8Array | string) => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }
  const openssl = (list: string[], input?: Uint8Array) =>
    execFileSync(toolPath('openssl'), list, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] })

  test("opens the golden entry's commitments to the manifest's digests, and to no others", () => {
    const opening = decodeOpening(golden('opening.json'))
    const { commitment, commitmentSm3 } = readFixBody(decodeEntry(golden('entry.cbor')))
    for (const [name, salt, expected] of [
      ['sha256', opening.salt.sha256, commitment],
      ['sm3', opening.salt.sm3, commitmentSm3],
    ] as const) {
      const made = (manifest: Uint8Array) => {
        const hex = openssl(['dgst', `-${name}`, '-r'], manifest).slice(0, 64)
        const message = Uint8Array.of(...new TextEncoder().encode(opening.domain), 0, ...fromHex(hex))
        const mac = openssl(['dgst', `-${name}`, '-mac', 'HMAC', '-macopt', `hexkey:${toHex(salt)}`], message)
        return mac.trim().slice(-64)
      }
      assert.equal(made(golden('manifest.txt')), toHex(expected))
      assert.notEqual(made(golden('entry.cbor')), toHex(expected))
    }
  })

  test('accepts every SM2 line of the golden receipt over its text, and over no other', () => {
    const { note, keys } = {
      note: parseNote(parseTlogProof(fromUtf8(golden('receipt-sm3.tlog-proof'))).checkpoint),
      keys: profileKeys(parsePolicy(golden('policy.json')), 'sm3').keys,
    }
    assert.equal(note.signatures.length, 4)
    for (const [i, { signature }] of note.signatures.entries()) {
      const spki = `3059301306072a8648ce3d020106082a811ccf5501822d034200${toHex(keys[i]!.publicKey.bytes)}`
      const accepts = (text: string) => {
        const key = ['-pubin', '-keyform', 'DER', '-inkey', file('key', fromHex(spki))]
        const files = ['-in', file('text', text), '-sigfile', file('signature', signatureToDer(signature))]
        const how = ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678']
        return spawnSync(toolPath('openssl'), ['pkeyutl', '-verify', ...key, ...files, ...how]).status === 0
      }
      assert.ok(accepts(note.text), `line ${i}`)
      assert.ok(!accepts(note.text.replace('1001', '1002')), `line ${i}`)
    }
  })
})
