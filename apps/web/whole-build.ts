/** The last steps of a build: each text gets a gzip'd twin, then the new pages take the place of the old at once. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = /\.(js|css|html|svg)$/
/** Below this a twin saves nothing. */
const LEAST_BYTES = 1024

/** `staged`: where the build writes; `served`: the folder that a running server serves and that is replaced. */
export function wholeBuild(staged: string, served: string): Plugin {
  const pack = promisify(gzip)
  let failed = false
  return {
    name: 'whole-build',
    apply: 'build',
    buildEnd(error) {
      failed = error !== undefined
    },
    async closeBundle() {
      if (failed) return
      for (const name of await readdir(staged, { recursive: true })) {
        if (!TEXT.test(name)) continue
        const bytes = await readFile(join(staged, name))
        if (bytes.length < LEAST_BYTES) continue
        await writeFile(join(staged, `${name}.gz`), await pack(bytes, { level: constants.Z_BEST_COMPRESSION }))
      }
      const old = `${staged}-old`
      await rm(old, { recursive: true, force: true })
      await mkdir(dirname(served), { recursive: true })
      await rename(served, old).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
      await rename(staged, served)
      await rm(old, { recursive: true, force: true })
    },
  }
}
