import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import type { Context } from '../context.ts'

/** A part that is served in built form. */
export interface BuiltPart {
  readonly name: string
  /** Folder with a `build` script in its package.json and `dist` as the result. */
  readonly folder: string
  /** Everything that the result depends on. */
  readonly sources: readonly string[]
}

const FLOORS = ['packages/api/src', 'packages/kernel/src', 'packages/proof/src']

export const BUILT_PARTS: readonly BuiltPart[] = [
  { name: 'web', folder: 'apps/web', sources: ['apps/web', ...FLOORS] },
  { name: 'verifier', folder: 'apps/verifier', sources: ['apps/verifier', ...FLOORS] },
]

/** Builds the parts whose sources are not those of their last build. Throws `build-failed` with the tool's own words. */
export async function buildStale(context: Context): Promise<void> {
  for (const part of BUILT_PARTS) {
    const folder = join(context.root, part.folder)
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      scripts?: { build?: string }
    }
    if (manifest.scripts?.build === undefined) continue
    const wanted = await sourcesDigest(context.root, part)
    const stampFile = join(folder, 'dist', '.sources')
    if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === wanted) continue
    context.say({ zh: `正在构建 ${part.name}……`, en: `building ${part.name}...` })
    await runBuild(context, part.name, folder)
    await mkdir(dirname(stampFile), { recursive: true })
    await writeFile(stampFile, wanted)
  }
}

async function sourcesDigest(root: string, part: BuiltPart): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(root, 'package-lock.json')))
  for (const source of part.sources) {
    for await (const file of filesUnder(join(root, source))) {
      if (file.endsWith('.test.ts') || file.endsWith('.test.tsx')) continue
      hash.update(`${relative(root, file)}\0`).update(await readFile(file))
    }
  }
  return hash.digest('hex')
}

async function* filesUnder(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === 'dist' || entry.name === 'node_modules' || entry.name === 'test-results') continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesUnder(path)
    else if (entry.isFile()) yield path
  }
}

function runBuild(context: Context, name: string, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(context.node, ['--run', 'build'], {
      cwd: folder,
      env: context.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: context.stop,
    })
    const words: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => words.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => words.push(chunk))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) return resolve()
      reject(new Failure('build-failed', `building ${name} failed\n${Buffer.concat(words).toString('utf8')}`))
    })
  })
}
