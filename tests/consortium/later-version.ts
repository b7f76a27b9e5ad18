/**
 * The software as a later release has it: a copy of this tree with another version number and with further versions of a contract,
 * from which a node is started as from any other installation.
 */
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const OWN = '@mingzheng'

/**
 * Version 2 of `evidence` adds a field to what it fixes; version 3 refuses to take the state over. docs/guides/write-a-contract.md
 * says how a real one looks.
 */
const LATER = `
const fixLater: (typeof evidenceContract)['methods'][string] = {
  ...evidenceContract.methods.fix!,
  apply(state, args, context) {
    const answer = evidenceContract.methods.fix!.apply(state, args, context)
    return 'entry' in answer ? { entry: { ...answer.entry, body: { ...answer.entry.body, v: 2 } } } : answer
  },
}
const LATER: readonly Contract[] = [
  { ...evidenceContract, version: 2, takeOver: () => null, methods: { ...evidenceContract.methods, fix: fixLater } },
  { ...evidenceContract, version: 3, takeOver: () => ({ code: 'evidence-unfit', detail: 'this state cannot be taken over' }) as never },
]
`

/** Installs it in a folder; answers with the program of its node. */
export async function laterVersion(folder: string, version: string): Promise<string> {
  await mkdir(join(folder, 'apps'), { recursive: true })
  for (const part of ['packages', 'apps/node']) {
    const filter = (path: string) => !/[/\\]node_modules([/\\]|$)|\.test\.ts$/.test(path.slice(ROOT.length))
    await cp(join(ROOT, part), join(folder, part), { recursive: true, filter })
  }
  await installed(folder)
  const contracts = join(folder, 'apps/node/src/contracts.ts')
  const source = await readFile(contracts, 'utf8')
  const more = source.replace('const installed = [', 'const installed = [...LATER, ')
  if (more === source) throw new Error('the later version has no further contracts')
  await writeFile(contracts, more + LATER)
  const manifest = join(folder, 'apps/node/package.json')
  const own = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
  await writeFile(manifest, JSON.stringify({ ...own, version }))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }))
  return join(folder, 'apps/node/src/main.ts')
}

/** Its dependencies are those of this tree, its own packages are the copy. */
async function installed(folder: string): Promise<void> {
  const modules = join(folder, 'node_modules')
  await mkdir(join(modules, OWN), { recursive: true })
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (name !== OWN) await symlink(join(ROOT, 'node_modules', name), join(modules, name))
  }
  for (const name of await readdir(join(folder, 'packages'))) {
    await symlink(join(folder, 'packages', name), join(modules, OWN, name))
    const nested = join(ROOT, 'packages', name, 'node_modules')
    await symlink(nested, join(folder, 'packages', name, 'node_modules')).catch(() => undefined)
  }
}
