import assert from 'node:assert/strict'
import { createDecipheriv } from 'node:crypto'
import { test } from 'node:test'
import { vectorJson } from './vectors.ts'

interface AeadGroup {
  tests: {
    tcId: number
    key: string
    iv: string
    aad: string
    msg: string
    ct: string
    tag: string
    result: 'valid' | 'invalid'
  }[]
}

const { testGroups, numberOfTests } = vectorJson<{ testGroups: AeadGroup[]; numberOfTests: number }>(
  'wycheproof/sm4_gcm_test.json',
)

/** Cases that the runtime refuses, and why. */
const REFUSED: Record<number, string> = { 90: 'OpenSSL takes initialization vectors of at most 128 bytes' }

test(`SM4-GCM of the bundled runtime judges every case of Wycheproof as there (${numberOfTests})`, () => {
  let count = 0
  for (const { tcId, key, iv, aad, msg, ct, tag, result } of testGroups.flatMap(({ tests }) => tests)) {
    let opened: string | null = null
    try {
      const cipher = createDecipheriv('sm4-gcm' as 'aes-128-gcm', Buffer.from(key, 'hex'), Buffer.from(iv, 'hex'), {
        authTagLength: 16,
      })
      cipher.setAAD(Buffer.from(aad, 'hex'))
      cipher.setAuthTag(Buffer.from(tag, 'hex'))
      opened = cipher.update(ct, 'hex', 'hex') + cipher.final('hex')
    } catch {
      opened = null
    }
    assert.equal(opened === msg, result === 'valid' && !(tcId in REFUSED), `case ${tcId}`)
    count++
  }
  assert.equal(count, numberOfTests)
})
