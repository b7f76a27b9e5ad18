import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { type Contract, type ContractAnswer, type ContractState, contractMethod } from '../contract/contract.ts'
import { compareReplicas, type HistoryBlock } from './compare-replicas.ts'
import { testLedgerKeys } from './test-ledger.ts'

const { gateway } = testLedgerKeys('comparison')

/** A contract of one method. */
const of = (apply: (state: ContractState) => Record<string, number>): Contract => ({
  name: 'trial',
  version: 1,
  methods: {
    act: contractMethod({
      schema: z.strictObject({}),
      permission: 'trial.act',
      apply: (state): ContractAnswer => ({ entry: { kind: 'trial.act', body: apply(state) } }),
    }),
  },
})

const history: HistoryBlock[] = Array.from({ length: 12 }, () => ({
  passes: 1000,
  calls: [1, 2, 3].map(() => ({ by: gateway, method: 'trial.act', args: {} })),
}))
const compare = (contracts: () => Contract[]) => compareReplicas({ contracts, history, seed: 'trial' })

describe('the comparison of members', () => {
  test('is content with a contract that keeps everything in its state', async () => {
    const contract = of((state) => {
      const n = Number(state.get('n') ?? 0) + 1
      state.set('n', n)
      return { n }
    })
    const entries = await compare(() => [contract])
    assert.deepEqual(entries.at(-1)?.body, { n: 36 })
  })

  const caught: [string, () => Contract][] = [
    [
      'remembers outside its state',
      () => {
        let n = 0
        return of(() => ({ n: n++ }))
      },
    ],
    ['looks at the clock', () => of(() => ({ n: Date.now() }))],
    ['makes a date of now', () => of(() => ({ n: new Date().getUTCSeconds() }))],
    ['looks at the process’s clock', () => of(() => ({ n: Math.floor(performance.now()) }))],
    ['draws lots', () => of(() => ({ n: Math.floor(Math.random() * 2 ** 20) }))],
    ['draws better lots', () => of(() => ({ n: crypto.getRandomValues(new Uint8Array(1))[0]! }))],
  ]
  for (const [how, make] of caught) {
    test(`catches a contract that ${how}`, async () => {
      await assert.rejects(
        compare(() => [make()]),
        (error) => error instanceof assert.AssertionError,
      )
    })
  }

  test('gives back clock and randomness afterwards', async () => {
    await compare(() => [of(() => ({ n: 1 }))])
    assert.ok(Date.now() > 0 && new Date() instanceof Date && Math.random() < 1)
  })
})
