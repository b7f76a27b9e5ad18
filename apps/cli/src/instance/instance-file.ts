import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const instanceSchema = z.looseObject({ pid: z.number().int(), url: z.url(), token: z.string().min(16) })

/** Where a running server is reached, and the token by which it knows a command of the same machine. */
export type RunningInstance = z.infer<typeof instanceSchema>

/** The instance that runs on a data folder; `null` when none does, or the file was left by one that was killed. */
export async function findInstance(data: string): Promise<RunningInstance | null> {
  const text = await readFile(join(data, 'run', 'instance.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  const instance = instanceSchema.parse(JSON.parse(text))
  return isAlive(instance.pid) ? instance : null
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
