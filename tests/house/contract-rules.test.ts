import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { type ContractRule, contractOffencesOf, readContractModules } from './contract-rules.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const OWN = ['packages/ledger/src/governance/governance.ts', 'packages/ledger/src/chains/chains.ts']

describe('the modules of contracts', () => {
  const doors = [...globSync('packages/*/src/contract.ts', { cwd: ROOT }), ...OWN]
  const modules = readContractModules(ROOT, doors)

  test('are found from every contract’s door', () => {
    assert.ok(doors.length >= 4, doors.join(' '))
    const paths = modules.map(({ path }) => path)
    for (const path of [
      'packages/applications/src/licence/contract.ts',
      'packages/applications/src/register/register.ts',
      'packages/evidence/src/custody/custody-contract.ts',
      'packages/ledger/src/governance/taking-effect.ts',
      'packages/ledger/src/chains/following.ts',
    ]) {
      assert.ok(paths.includes(path), path)
    }
  })

  test('see no clock, draw no lots, compute no fractions, touch no world, wait for nothing and remember nothing', () => {
    assert.deepEqual(
      modules.flatMap(({ path, text }) => contractOffencesOf(path, text)),
      [],
    )
  })
})

describe('a contract', () => {
  const forbidden: [ContractRule, string][] = [
    ['import', `import { readFileSync } from 'node:fs'`],
    ['import', `import axios from 'axios'`],
    ['import', `import * as kernel from '@mingzheng/kernel'`],
    ['import', `import { a } from '@mingzheng/storage'`],
    ['clock', `const now = () => Date.now()`],
    ['clock', `const now = () => new Date()`],
    ['clock', `const f = () => performance.now()`],
    ['clock', `import { systemClock } from '@mingzheng/kernel'`],
    ['randomness', `const f = () => Math.random()`],
    ['randomness', `const f = () => crypto.randomUUID()`],
    ['randomness', `import { randomBytes as bytes } from '@mingzheng/kernel'`],
    ['randomness', `import { newId } from '@mingzheng/kernel'`],
    ['float', `const rate = 0.17`],
    ['float', `const half = (a: number) => a / 2`],
    ['float', `const f = (a: number) => { a /= 2 }`],
    ['float', `const f = (a: number) => Math.sqrt(a)`],
    ['float', `const f = (a: number) => a.toFixed(2)`],
    ['float', `const f = (a: string) => parseFloat(a)`],
    ['float', `const f = (m: 'sqrt') => Math[m](2)`],
    ['float', `const big = 1e300 * Infinity`],
    ['world', `const f = () => console.log('x')`],
    ['world', `const f = () => fetch('http://example.org')`],
    ['world', `const home = process.env.HOME`],
    ['world', `const f = () => import('node:fs')`],
    ['world', `const f = () => globalThis.Date`],
    ['async', `const f = async () => 1`],
    ['async', `const f = { async apply() { return 1 } }`],
    ['async', `const f = () => Promise.resolve(1)`],
    ['async', `const f = () => setTimeout(() => 1, 1)`],
    ['memory', `let count = 0`],
    ['memory', `const seen = new Map<string, number>()`],
    ['memory', `const f = (a: object) => new WeakRef(a)`],
    ['locale', `const f = (a: string) => a.toLocaleLowerCase()`],
    ['locale', `const f = (a: string, b: string) => a.localeCompare(b)`],
    ['locale', `const f = () => new Intl.NumberFormat()`],
    ['locale', `const f = (a: string) => /\\p{L}/u.test(a)`],
    ['locale', `const f = (a: string) => a.normalize('NFC')`],
  ]
  for (const [rule, text] of forbidden) {
    test(`may not: ${text}`, () => {
      assert.ok(contractOffencesOf('x.ts', text).some((offence) => offence.rule === rule))
    })
  }

  const allowed = [
    `import { z } from 'zod'`,
    `import { type Bytes, equalBytes, refuse } from '@mingzheng/kernel'`,
    `import type { Clock } from 'node:fs'`,
    `const days = (ms: number) => Math.floor(ms / 86_400_000)`,
    `const f = (a: { Date: number }) => a.Date`,
    `const f = (time: number, other: number) => Math.max(time, other) % 7 - 1`,
    `interface Time { readonly at: Date }`,
    `const f = () => { const seen = new Map<string, number>(); let n = 0; n++; return seen.size + n }`,
    `const names = ['a', 'b'] as const`,
  ]
  for (const text of allowed) {
    test(`may: ${text}`, () => {
      assert.deepEqual(contractOffencesOf('x.ts', text), [])
    })
  }
})
