import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { anomalyWords } from './anomaly-words.ts'
import { problemWords } from './problem-words.ts'
import { readReasons } from './read-reasons.ts'
import { sayInChinese } from './sentences.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const CAPTURE = join(ROOT, 'packages/evidence/src/capture')
const sources = readdirSync(CAPTURE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(CAPTURE, name), 'utf8'))
const all = sources.join('\n')

/** The text of a literal or template with something in every gap. */
const filled = (literal: string) =>
  literal
    .slice(1, -1)
    // A part that may be missing.
    .replace(/\$\{rest\}/g, '')
    .replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '7')
    .replaceAll("\\'", "'")
const literal = String.raw`('(?:[^'\\]|\\.)*'|` + '`[^`]*`)'
const found = (before: string) => [...all.matchAll(new RegExp(before + literal, 'g'))].map((match) => filled(match[1]!))

describe('what captures say, in Chinese', () => {
  test('every code of an anomaly has its words', () => {
    const union = /export type AnomalyCode =([^}]*?)\n\n/s.exec(all)?.[1] ?? ''
    const codes = [...union.matchAll(/'([a-z-]+)'/g)].map((match) => match[1]!)
    assert.ok(codes.length > 30)
    assert.deepEqual(
      codes.filter((code) => !(code in anomalyWords.zh)),
      [],
    )
  })
  test('every sentence that a capture records has its Chinese', () => {
    const said = [
      ...found(String.raw`steps\.(?:note|lack)\(\s*'[a-z-]+',\s*`),
      ...found(String.raw`stop\.say\(\s*(?:'[a-z-]+'|` + '`[^`]*`' + String.raw`),\s*`),
      ...found(String.raw`\bdetail: (?:[\w.]+ === null \? 'no source' : )?`),
      ...found(String.raw`refused\('[a-z-]+', `),
      ...found(String.raw`log\.add\('(?:limit|popup|download)', `),
    ].filter((text) => text !== '' && !/^7(?:: 7)?$/.test(text))
    assert.ok(said.length > 35, `${said.length} found`)
    assert.deepEqual(
      said.filter((text) => sayInChinese(text) === null),
      [],
    )
  })
  test('facts are kept in the translation', () => {
    for (const [english, chinese] of [
      ['open: net::ERR_NAME_NOT_RESOLVED', '打开网页：域名无法解析'],
      ['open: net::ERR_SOMETHING_NEW', '打开网页：浏览器报告 SOMETHING_NEW'],
      ['http://a.example/x.png: net::ERR_CONNECTION_REFUSED', 'http://a.example/x.png：对方拒绝连接'],
      [
        'http://a.example/x.png: cut off after 12 bytes (net::ERR_ABORTED)',
        'http://a.example/x.png：传输 12 字节后中断（已中止）',
      ],
      ['http://a.example/x.png: cut off after 12 bytes ()', 'http://a.example/x.png：传输 12 字节后中断'],
      ['shop.example leads to 10.0.0.1 (private)', 'shop.example 指向 10.0.0.1（内部网络），未予连接'],
      ['-3 ms, ntp ntp.ntsc.ac.cn', '偏差 -3 毫秒（时间服务器 ntp.ntsc.ac.cn）'],
      ['1440 x 900 px, 3 viewports', '1440 × 900 像素，3 幅分屏'],
      ['#2 status 404', '第 2 页：响应状态 404'],
      ['alert: 请先\n登录', '提示框：请先\n登录'],
      ['officer: 李静 — 与网页一致', '执法人员 李静：与网页一致'],
      ['officer: 李静', '执法人员 李静'],
      ['picture failed: the tab is gone', '整页截图：未能完成 标签页已关闭'],
      [
        'environment done: Chrome/156.0, 0 cookies, Linux 6.18',
        '清洁性检查：完成 Chrome/156.0，0 个 Cookie，Linux 6.18',
      ],
      [
        'clock-before done: 1 ms, 明证内置时间戳（未经认可） Mingzheng TSA (not accredited)',
        '取证前核对时钟：完成 偏差 1 毫秒（明证内置时间戳（未经认可））',
      ],
    ] as const) {
      assert.equal(sayInChinese(english), chinese)
    }
  })
  test('what is not known is not guessed at', () => {
    assert.equal(sayInChinese('something that nobody foresaw'), null)
    assert.equal(sayInChinese('本局意见'), '本局意见')
  })
})

describe('the reasons of an incomplete capture', () => {
  test('are read one by one, each once', () => {
    const line =
      'cancelled: the capture was cancelled; body-missing: a; b: kept 1 of 2 bytes; cancelled: the capture was cancelled'
    assert.deepEqual(readReasons(line), [
      { code: 'cancelled', detail: 'the capture was cancelled' },
      { code: 'body-missing', detail: 'a' },
      { code: 'b', detail: 'kept 1 of 2 bytes' },
    ])
  })
  test('that have no code stay whole', () => {
    assert.deepEqual(readReasons('与网页不符; 待补正'), [{ code: '', detail: '与网页不符; 待补正' }])
    assert.deepEqual(readReasons(''), [])
  })
})

test('every refusal that a page can meet has its words', () => {
  const source = readFileSync(join(ROOT, 'apps/server/src/http/problem.ts'), 'utf8')
  const table = /STATUS_OF_CODE[^{]*\{([^}]*)\}/.exec(source)?.[1] ?? ''
  const codes = [...table.matchAll(/^ {2}'?([a-z-]+)'?: \d+/gm)].map((match) => match[1]!)
  assert.ok(codes.length > 50)
  assert.deepEqual(
    codes.filter((code) => !(code in problemWords.zh) && !UNMET.has(code)),
    [],
  )
})

/** Codes that only other systems, the command line or the set-up meet. */
const UNMET = new Set([
  'administrators-not-separate',
  'already-set-up',
  'api-key-unknown',
  'cursor-malformed',
  'database-conflict',
  'database-statement-timeout',
  'database-text-refused',
  'id-malformed',
  'idempotency-mismatch',
  'media-type',
  'number-malformed',
  'range-wrong',
  'text-not-unicode',
  'username-malformed',
])
