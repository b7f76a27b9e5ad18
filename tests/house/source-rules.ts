/** House rules that a file's path and text show by themselves (docs/decisions/0070-the-house-is-checked.md). */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly text: string
}

export type RuleName =
  | 'file-name'
  | 'folder-name'
  | 'longest-file'
  | 'export-all'
  | 'unfinished'
  | 'held-back-test'
  | 'environment'
  | 'index-opening'
  | 'shell'

export interface Offence {
  readonly rule: RuleName
  readonly path: string
}

const LONGEST = 500
// Written so that this file does not find itself.
const UNFINISHED = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`)
const FORBIDDEN_FOLDERS = /(^|\/)(utils?|common|helpers?|shared|libs?)(\/|$)/
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.spec|\.config)?\.(ts|tsx)$/
const READS_ENVIRONMENT =
  /(^|\/)main\.ts$|\.(test|spec)\.tsx?$|^(tests|bench)\/|\.config\.ts$|^apps\/verifier\/src\/command\.ts$/

/** All TypeScript of the project that people wrote. */
export function readSources(root: string): SourceFile[] {
  return globSync(['packages/**/*.{ts,tsx}', 'apps/**/*.{ts,tsx}', '{demo,tests,bench}/**/*.ts'], {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**', '**/generated/**'],
  }).map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(root, path), 'utf8') }))
}

/** What a file does against the rules. */
export function offencesOf({ path, text }: SourceFile): Offence[] {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const code = text.replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
  const acts = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
  const found: [RuleName, boolean][] = [
    ['file-name', !KEBAB.test(name)],
    ['folder-name', FORBIDDEN_FOLDERS.test(path.slice(0, -name.length))],
    ['longest-file', text.split('\n').length > LONGEST],
    ['export-all', /^export \*/m.test(code)],
    ['unfinished', UNFINISHED.test(code)],
    ['held-back-test', /\b(test|describe|it)\.(only|skip|todo)\b/.test(code)],
    ['environment', /\bprocess\.env\b/.test(acts) && !READS_ENVIRONMENT.test(path)],
    ['index-opening', name === 'index.ts' && !text.startsWith('/**')],
    ['shell', !/\.test\.tsx?$/.test(path) && /\bshell: true\b|\bexecSync\(|[^.\w]exec\(/.test(code)],
  ]
  return found.filter(([, broken]) => broken).map(([rule]) => ({ rule, path }))
}

/** Numbers of lines at the middle and at the 95th of a hundred. */
export function lineQuantiles(files: readonly SourceFile[]): { median: number; p95: number } {
  const counts = files.map(({ text }) => text.split('\n').length).sort((a, b) => a - b)
  const at = (share: number) => counts[Math.min(counts.length - 1, Math.floor(counts.length * share))] ?? 0
  return { median: at(0.5), p95: at(0.95) }
}
