import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compareBlocks } from './blocks-route.ts'

const A = 'a'.repeat(64)
const B = 'b'.repeat(64)

describe('blocks as the members keep them', () => {
  test('come newest first, and who keeps no such block counts for neither side', () => {
    const told = [
      {
        id: 'court',
        positions: [
          { height: 1, appHash: A },
          { height: 2, appHash: B },
        ],
      },
      { id: 'notary', positions: [{ height: 1, appHash: A }] },
      { id: 'away', positions: [] },
    ]
    assert.deepEqual(compareBlocks(told), [
      { height: 2, appHash: B, same: ['court'], other: [] },
      { height: 1, appHash: A, same: ['court', 'notary'], other: [] },
    ])
  })

  test('a member that holds something else is named, and does not speak for the others', () => {
    const told = ['one', 'two', 'three'].map((id) => ({
      id,
      positions: [{ height: 7, appHash: id === 'one' ? B : A }],
    }))
    assert.deepEqual(compareBlocks(told), [{ height: 7, appHash: A, same: ['two', 'three'], other: ['one'] }])
  })

  test('without answers there are no blocks', () => {
    assert.deepEqual(compareBlocks([{ id: 'court', positions: [] }]), [])
  })
})
