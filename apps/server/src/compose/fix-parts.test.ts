import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFixParts, type FixPartsOptions } from './fix-parts.ts'

test('what will sign is certified before the time is asked for that it must have been in force at', async () => {
  const order: string[] = []
  const organisationKeys = async (name: string) => order.push(`certified ${name}`)
  const stamp = async () => {
    order.push('stamped')
    return new Uint8Array(1)
  }
  const house = { installation: { organisationKeys }, timestamps: { stamp }, documents: {} }
  const parts = createFixParts(house as unknown as FixPartsOptions)
  await parts.stamp(new Uint8Array(32), '甲局', new AbortController().signal)
  assert.deepEqual(order, ['certified 甲局', 'stamped'])
})
