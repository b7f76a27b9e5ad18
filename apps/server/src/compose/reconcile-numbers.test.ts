import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issueCertificateNumber, numberDigest, parseProvinceCode, toHex } from '@mingzheng/kernel'
import { lastSerial, nextSerial } from '@mingzheng/storage'
import { testDatabase } from '@mingzheng/storage/testing'
import { counterName, reconcileNumbers } from './reconcile-numbers.ts'

const secret = new Uint8Array(32).fill(7)
const installation = { numberSecret: secret, province: '330000' }
const province = parseProvinceCode('330000')

/** A ledger that knows the numbers of these serials. */
function ledgerOf(serials: number[]) {
  const known = new Set(
    serials.map((serial) => toHex(numberDigest(issueCertificateNumber(secret, province, 2026, serial)))),
  )
  return {
    lookup: async (by: { number: Uint8Array } | { index: number } | { commitment: Uint8Array }) =>
      'number' in by && known.has(toHex(by.number)) ? [{ index: 0, entry: new Uint8Array() }] : [],
  }
}

test('a database that is older than the ledger gives no number twice', async () => {
  const db = await testDatabase<object>()
  try {
    const name = counterName('330000', 2026)
    for (let i = 0; i < 3; i++) await db.system.transaction().execute((tx) => nextSerial(tx, name))
    assert.equal(await reconcileNumbers(db.system, ledgerOf([1, 2, 3, 4, 5, 9]), installation, 2026), 6)
    assert.equal(await db.system.transaction().execute((tx) => nextSerial(tx, name)), 10)
  } finally {
    await db.close()
  }
})

test('a database that knows all that the ledger knows is left alone', async () => {
  const db = await testDatabase<object>()
  try {
    const name = counterName('330000', 2026)
    for (let i = 0; i < 3; i++) await db.system.transaction().execute((tx) => nextSerial(tx, name))
    assert.equal(await reconcileNumbers(db.system, ledgerOf([1, 2]), installation, 2026), 0)
    assert.equal(await lastSerial(db.system, name), 3)
  } finally {
    await db.close()
  }
})
