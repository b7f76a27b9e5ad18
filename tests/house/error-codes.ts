/**
 * Writes docs/errors.md: every code with which a part fails or refuses, where it comes from, and its HTTP status; `--check` only
 * compares. Read from the sources, so that code, documentation and HTTP cannot drift apart.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { partOf } from './floors.ts'
import { readSources, type SourceFile } from './source-rules.ts'

/** A code, the parts that use it, and one of the sentences that go with it. */
export interface ErrorCode {
  readonly code: string
  readonly parts: readonly string[]
  readonly words: string
}

const RAISED =
  /\b(?:new Failure(?:<\w+>)?|refuse|refused|[a-z]+Failure)\(\s*'([a-z][a-z0-9-]*)',\s*(?:'((?:[^'\\]|\\.)*)'|`([^`]*)`|[^)]*)/g

/** Every code raised in the sources, in order of the alphabet. */
export function errorCodesOf(sources: readonly SourceFile[]): ErrorCode[] {
  const found = new Map<string, { parts: Set<string>; words: string }>()
  for (const { path, text } of sources) {
    const part = partOf(path)
    if (part === null || /\.test\.tsx?$|\/testing\/|testing\.ts$/.test(path)) continue
    for (const [, code, plain, template] of text.matchAll(RAISED)) {
      const entry = found.get(code!) ?? { parts: new Set<string>(), words: '' }
      entry.parts.add(part.replace(/^(packages|apps)\//, ''))
      if (entry.words === '') entry.words = (plain ?? template ?? '').replace(/\\'/g, '’').replace(/\$\{[^}]*\}/g, '…')
      found.set(code!, entry)
    }
  }
  return [...found]
    .map(([code, { parts, words }]) => ({ code, parts: [...parts].sort(), words }))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
}

/** The page, from the codes and their statuses. */
export function errorPage(codes: readonly ErrorCode[], statusOf: Readonly<Record<string, number>>): string {
  const rows = codes.map(({ code, parts, words }) => {
    const status = statusOf[code] ?? ''
    return `| \`${code}\` | ${status} | ${parts.join(', ')} | ${words.replaceAll('|', '\\|').replace(/\s+/g, ' ')} |`
  })
  return `# Errors

Made by \`node tests/house/error-codes.ts\` from the sources. A code is stable, its words may change. Over HTTP an error is a problem of
RFC 9457 with the code, often the field, and what to do about it; a code without a status here never reaches a caller, or reaches
them as 500 with nothing of its words. On the command line the code stands in parentheses behind the words.

| code | HTTP | from | words |
|---|---|---|---|
${rows.join('\n')}
`
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '../..')
  const { STATUS_OF_CODE } = (await import('../../apps/server/src/http/problem.ts')) as {
    STATUS_OF_CODE: Readonly<Record<string, number>>
  }
  const file = join(root, 'docs/errors.md')
  const page = errorPage(errorCodesOf(readSources(root)), STATUS_OF_CODE)
  if (process.argv.includes('--check')) {
    const same = existsSync(file) && readFileSync(file, 'utf8') === page
    if (!same) process.stdout.write('docs/errors.md is not what the sources say: npm run errors\n')
    process.exit(same ? 0 : 1)
  }
  writeFileSync(file, page)
}
