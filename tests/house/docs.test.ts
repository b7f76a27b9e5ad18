import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { commands } from '../../apps/cli/src/commands.ts'
import { errorCodesOf, errorPage } from './error-codes.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const pages = globSync(['*.md', 'docs/**/*.md', 'vectors/**/*.md'], { cwd: ROOT })

describe('the documentation', () => {
  test('leads nowhere that does not exist', () => {
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target]) => target!)
        .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(ROOT, dirname(page), target)))
        .map((target) => `${page} -> ${target}`),
    )
    assert.deepEqual(dead, [])
  })

  test('names every variable that the server reads, and no other', () => {
    const inCode = new Set(read('apps/server/src/configuration.ts').match(/\b(MINGZHENG_[A-Z_]+|[A-Z]+_URL)(?=:)/g))
    inCode.delete('MINGZHENG_DEMO')
    inCode.delete('MINGZHENG_DEMO_MARKET')
    inCode.delete('MINGZHENG_DEMO_PLATFORMS')
    const inGuide = new Set(read('docs/guides/configuration.md').match(/\b(MINGZHENG_[A-Z_]+|[A-Z]+_URL)(?=`)/g))
    assert.deepEqual([...inGuide].sort(), [...inCode].sort())
  })

  test('lists every command of the launcher in both readmes', () => {
    for (const readme of ['README.md', 'README.zh.md']) {
      const missing = commands.filter(({ name }) => !new RegExp(`\`(?:\\./mingzheng )?${name}\\b`).test(read(readme)))
      assert.deepEqual(
        missing.map(({ name }) => name),
        ['help'],
        readme,
      )
    }
  })

  test('decisions have a number each, a context, a decision', () => {
    const decisions = pages.filter((page) => page.startsWith('docs/decisions/'))
    const numbers = decisions.map((page) => /\/(\d{4})-[a-z0-9-]+\.md$/.exec(page)?.[1])
    assert.ok(numbers.every((number) => number !== undefined))
    assert.equal(new Set(numbers).size, numbers.length)
    for (const page of decisions) assert.match(read(page), /(\*\*|## )Context[\s\S]*(\*\*|## )Decision/, page)
  })

  test('a code raised anywhere is found with its words, and the page gives its status', () => {
    const source = {
      path: 'packages/x/src/a.ts',
      text: `throw new Failure('disk-full', \`no room on \${disk}\`)\nreturn refuse('not-now', 'later')`,
    }
    const codes = errorCodesOf([
      source,
      { ...source, path: 'packages/x/src/a.test.ts' },
      { ...source, path: 'tests/a.ts' },
    ])
    assert.deepEqual(codes, [
      { code: 'disk-full', parts: ['x'], words: 'no room on …' },
      { code: 'not-now', parts: ['x'], words: 'later' },
    ])
    assert.match(errorPage(codes, { 'not-now': 409 }), /\| `not-now` \| 409 \| x \| later \|/)
  })
})
