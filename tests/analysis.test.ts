import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, describe, test } from 'node:test'

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'mingzheng-analysis-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function mingzheng(...args: string[]): { status: number | null; lines: string[]; said: string } {
  const done = spawnSync(join(root, 'mingzheng'), args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, LANG: 'C.UTF-8' },
  })
  return { status: done.status, lines: done.stdout.trim().split('\n'), said: done.stderr }
}

describe('pages in files are read from a terminal', () => {
  writeFileSync(
    join(folder, 'a.html'),
    '<title>茶</title><h1>龙井茶叶</h1><span class="price">¥188</span><img src="/tea.jpg">',
  )
  writeFileSync(join(folder, 'b.html'), '<h1>丝绸围巾</h1><p>售价：1,299.00元</p>')

  test('one JSON line a file, in order, with addresses made whole', () => {
    const { status, lines } = mingzheng('extract', 'a.html', 'b.html', '--url', 'https://shop.example/1', '--json')
    assert.equal(status, 0)
    const [a, b] = lines.map((line) => JSON.parse(line))
    assert.deepEqual([a.file, a.title, a.price, a.currency], ['a.html', '龙井茶叶', '188', 'CNY'])
    assert.deepEqual(a.images, ['https://shop.example/tea.jpg'])
    assert.deepEqual([b.file, b.price, b.found.price], ['b.html', '1299.00', 'text'])
  })

  test('a file that cannot be read is named, and the rest goes on', () => {
    const { status, lines } = mingzheng('extract', 'missing.html', 'b.html', '--json')
    assert.equal(status, 1)
    const [missing, b] = lines.map((line) => JSON.parse(line))
    assert.deepEqual([missing.file, missing.error.code], ['missing.html', 'file-unreadable'])
    assert.equal(b.price, '1299.00')
  })

  test('no file, or an address that is none, is refused with the field', () => {
    assert.notEqual(mingzheng('extract').status, 0)
    const { status, said } = mingzheng('extract', 'a.html', '--url', 'javascript:1')
    assert.notEqual(status, 0)
    assert.match(said, /argument-wrong|web address/)
  })
})

describe('listings in a file are examined from a terminal', () => {
  const lines = [
    { id: 'a', title: '龙井茶', attributes: { 统一社会信用代码: '91350100M000100Y44' } },
    { id: 'b', title: '龙井茶', attributes: { 统一社会信用代码: '91350100M000100Y43' } },
  ]
  writeFileSync(join(folder, 'good.jsonl'), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)
  writeFileSync(
    join(folder, 'bad.jsonl'),
    `${JSON.stringify(lines[0])}\nnot json\n\n{"id":"c","title":{"no":"text"}}\n${JSON.stringify(lines[1])}`,
  )

  test('one JSON line for each, in order, with its findings', () => {
    const { status, lines: answers } = mingzheng('examine', 'good.jsonl', '--json')
    assert.equal(status, 0)
    const [a, b] = answers.map((answer) => JSON.parse(answer))
    assert.deepEqual([a.id, a.findings[0].behaviour, a.findings[0].decision], ['a', 'operator', 'lead'])
    assert.deepEqual(b, { id: 'b', findings: [] })
  })

  test('a line that cannot be read is named with its field, and the rest goes on', () => {
    const { status, lines: answers } = mingzheng('examine', 'bad.jsonl', '--json')
    assert.equal(status, 1)
    const [a, second, third, b] = answers.map((answer) => JSON.parse(answer))
    assert.deepEqual([a.id, b.id], ['a', 'b'])
    assert.deepEqual([second.line, second.error.code], [2, 'line-malformed'])
    assert.equal(third.error.field, 'title')
  })
})
