import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, test } from 'node:test'

const ROOT = resolve(import.meta.dirname, '../..')
const GROUPS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/

type Entry = { version?: string; resolved?: string; integrity?: string; link?: boolean } & {
  [group in (typeof GROUPS)[number]]?: Record<string, string>
}

const read = <T>(path: string): T => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as T
const locked = read<{ packages: Record<string, Entry> }>('package-lock.json').packages
const manifests = ['package.json', ...globSync('{packages,apps}/*/package.json', { cwd: ROOT }), 'demo/package.json']

describe('what is installed', () => {
  test('is what every package asks for: a clean `npm ci` accepts the lockfile', () => {
    for (const path of manifests) {
      const asked = read<Entry>(path)
      const entry = locked[path === 'package.json' ? '' : dirname(path).replaceAll('\\', '/')]
      for (const group of GROUPS) assert.deepEqual(entry?.[group] ?? {}, asked[group] ?? {}, `${path} ${group}`)
    }
  })

  test('is asked for by exact version', () => {
    for (const path of manifests) {
      const asked = read<Entry>(path)
      for (const group of GROUPS) {
        for (const [name, version] of Object.entries(asked[group] ?? {}))
          assert.match(version, EXACT, `${path} ${name}`)
      }
    }
  })

  test('is held to a digest, whichever registry it comes from', () => {
    for (const [path, entry] of Object.entries(locked)) {
      if (!path.includes('node_modules/') || entry.link) continue
      assert.match(entry.resolved ?? '', /^(https:\/\/registry\.npmjs\.org\/.*)?$/, path)
      assert.match(entry.integrity ?? '', /^sha512-/, path)
    }
  })
})
