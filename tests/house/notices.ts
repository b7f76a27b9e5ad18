/**
 * Writes THIRD-PARTY-NOTICES.md from the lockfile and the installed packages; `--check` only compares and fails on a difference.
 * What is listed: everything of the lockfile that can be installed for running the product, on any platform.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

interface Locked {
  version?: string
  license?: string
  dev?: boolean
  link?: boolean
}

const ROOT = resolve(import.meta.dirname, '../..')
const FILE = join(ROOT, 'THIRD-PARTY-NOTICES.md')

/** Licences that the project accepts in what it ships; the exception is named with its reason. */
const ACCEPTED =
  /^\(?(MIT|MIT-0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|CC0-1\.0|Unlicense|BlueOak-1\.0\.0|Python-2\.0|OFL-1\.1|MPL-2\.0|CC-BY-4\.0|Zlib|PostgreSQL)\b/
const STATIC = 'served unmodified as separate static files on an origin of its own; nothing of ours links to it'
const EXCEPTIONS: Readonly<Record<string, string>> = {
  replaywebpage: STATIC,
  '@webrecorder/wabac': 'part of replaywebpage',
  '@webrecorder/wombat': 'part of replaywebpage',
  'png-js': 'its LICENSE file is the MIT licence',
}

const HEAD = `# Third-party notices

Made by \`node tests/house/notices.ts\` from package-lock.json. Each package's own licence text lies in its folder in
\`node_modules\`. The bundled fonts (Noto Sans SC) are under the SIL Open Font License 1.1.
`

function render(): { text: string; refused: string[] } {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }
  const rows = new Map<string, string>()
  const refused: string[] = []
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue
    if (entry.link === true || entry.dev === true) continue
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const licence = entry.license ?? installedLicence(path) ?? 'not stated'
    const exception = EXCEPTIONS[name]
    if (!ACCEPTED.test(licence) && exception === undefined) refused.push(`${name}: ${licence}`)
    rows.set(
      `${name} ${entry.version}`,
      `| ${name} | ${entry.version} | ${licence}${exception ? ` (${exception})` : ''} |`,
    )
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  return { text: `${HEAD}\n| package | version | licence |\n|---|---|---|\n${sorted.join('\n')}\n`, refused }
}

function installedLicence(path: string): string | null {
  const file = join(ROOT, path, 'package.json')
  if (!existsSync(file)) return null
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8')) as {
    license?: string
    licenses?: { type: string }[]
  }
  return license ?? licenses?.map(({ type }) => type).join(' OR ') ?? null
}

const { text, refused } = render()
for (const line of refused) process.stdout.write(`licence not accepted: ${line}\n`)
if (process.argv.includes('--check')) {
  const same = existsSync(FILE) && readFileSync(FILE, 'utf8') === text
  if (!same) process.stdout.write('THIRD-PARTY-NOTICES.md is not what the lockfile says: node tests/house/notices.ts\n')
  process.exit(same && refused.length === 0 ? 0 : 1)
}
writeFileSync(FILE, text)
process.exit(refused.length === 0 ? 0 : 1)
