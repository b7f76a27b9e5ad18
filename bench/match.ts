/**
 * `match`: 10,000 words over 100 MB of listing text, one thread, as it stands and normalised, against `grep -cF -f` on the same
 * file. Words and text are seeded: shop words of the product's own characters, one in a hundred of them looked for.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Matcher, normalise, normalisedPattern } from '@mingzheng/monitoring'
import type { BenchResult, Figure } from './result/result.ts'
import { seededUniform } from './seeded/seeded-numbers.ts'

const PATTERNS = 10_000
const OTHER_WORDS = 20_000
const TEXT_BYTES = 100_000_000
const CHUNK = 1 << 20
const ROUNDS = 3
/** Characters that words are made of, the frequent ones far more often. */
const CHARACTERS = 6000

export async function run(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'mingzheng-match-'))
  try {
    const words = makeWords()
    const patterns = words.slice(0, PATTERNS)
    const text = join(folder, 'text')
    writeFileSync(join(folder, 'words'), `${patterns.join('\n')}\n`)
    const bytes = writeText(text, words)
    const grep = best(() => grepOnce(folder))
    const started = performance.now()
    const matcher = new Matcher(patterns)
    const build = performance.now() - started
    const normal = new Matcher(patterns.map(normalisedPattern))
    let hits = 0
    const count = () => {
      hits++
    }
    const raw = best(() => readAll(text, (chunk) => matcher.scan(unitsOf(chunk), chunk.length, count)))
    const rawHits = hits / ROUNDS
    const folded = best(() =>
      readAll(text, (chunk) => {
        const { units, length } = normalise(chunk)
        normal.scan(units, length, count)
      }),
    )
    const rate = (ms: number) => bytes / 1000 / ms
    const reference = { name: 'grep -cF -f', value: rate(grep) }
    const figure = (name: string, ms: number, least: number): Figure => {
      const ratio = grep / ms
      const target = `>= ${least} x grep -cF -f`
      return { name, value: rate(ms), unit: 'MB/s', reference, ratio, target, met: ratio >= least }
    }
    return {
      bench: 'match',
      figures: [
        figure('as it stands, all overlapping hits', raw, 0.8),
        figure('normalised, all overlapping hits', folded, 0.4),
        {
          name: 'build',
          value: build,
          unit: 'ms',
          reference: null,
          ratio: null,
          target: '< 1000 ms',
          met: build < 1000,
        },
        { name: 'hits', value: rawHits, unit: 'hits', reference: null, ratio: null, target: null, met: null },
      ],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function makeWords(): string[] {
  const random = seededUniform('words')
  const character = () => String.fromCharCode(0x4e00 + Math.floor(random() ** 2 * CHARACTERS))
  return Array.from({ length: PATTERNS + OTHER_WORDS }, () =>
    Array.from({ length: 2 + Math.floor(random() * 5) }, character).join(''),
  )
}

function writeText(path: string, words: readonly string[]): number {
  const random = seededUniform('text')
  const file = openSync(path, 'w')
  let bytes = 0
  while (bytes < TEXT_BYTES) {
    let lines = ''
    for (let line = 0; line < 500; line++) {
      for (let i = 0; i < 30; i++) {
        const looked = random() < 0.01
        const at = looked ? random() * PATTERNS : PATTERNS + random() * OTHER_WORDS
        lines += words[Math.floor(at)]! + (random() < 0.3 ? ' ' : '')
      }
      lines += '\n'
    }
    bytes += writeSync(file, lines)
  }
  closeSync(file)
  return bytes
}

function grepOnce(folder: string): void {
  const { status, error } = spawnSync('grep', ['-cF', '-f', join(folder, 'words'), join(folder, 'text')], {
    env: { ...process.env, LC_ALL: 'C' },
  })
  if (error !== undefined || status !== 0) throw new Error(`grep ended with ${status}`, { cause: error })
}

/** Reads a file of UTF-8 in chunks that end at a line's end. */
function readAll(path: string, use: (chunk: string) => void): void {
  const file = openSync(path, 'r')
  const buffer = Buffer.alloc(CHUNK)
  for (let kept = 0; ; ) {
    const got = readSync(file, buffer, kept, CHUNK - kept, null)
    const have = kept + got
    const end = got === 0 ? have : buffer.lastIndexOf(0x0a, have - 1) + 1
    if (end > 0) use(buffer.toString('utf8', 0, end))
    buffer.copy(buffer, 0, end, have)
    kept = have - end
    if (got === 0) break
  }
  closeSync(file)
}

function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length)
  Buffer.from(units.buffer).write(text, 'utf16le')
  return units
}

/** Milliseconds of the quickest of some rounds. */
function best(work: () => void): number {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < ROUNDS; i++) {
    const started = performance.now()
    work()
    least = Math.min(least, performance.now() - started)
  }
  return least
}
