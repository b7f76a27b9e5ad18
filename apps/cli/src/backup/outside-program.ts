import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'
import type { Context } from '../context.ts'

/** Carries out an order on a folder with the database and the bucket that the environment names; answers what it found. */
export type OutsideProgram = (
  order: 'take-blobs' | 'take-database' | 'put-outside' | 'verify-held',
  folder: string,
) => Promise<unknown>

const answerSchema = z.discriminatedUnion('done', [
  z.object({ done: z.literal(true), answer: z.unknown() }),
  z.object({
    done: z.literal(false),
    code: z.string(),
    message: z.string(),
    field: z.string().optional(),
    remedy: z.string().optional(),
  }),
])

/** Runs the server's own program for it: the command line knows neither databases nor buckets. Throws the `Failure` that it names. */
export function outsideProgram({ node, root, environment, stop }: Context): OutsideProgram {
  return async (order, folder) => {
    const program = join(root, 'apps/server/src/backup/main.ts')
    const child = spawn(node, [program, order, folder], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
      signal: stop,
      killSignal: 'SIGTERM',
    })
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
    const answer = answerSchema.safeParse(readJson(said))
    if (!answer.success) throw new Failure('backup-interrupted', `${order} ended with ${code} and no answer`)
    if (answer.data.done) return answer.data.answer
    const { code: named, message, field, remedy } = answer.data
    throw new Failure(named, message, { ...(field ? { field } : {}), ...(remedy ? { remedy } : {}) })
  }
}

function readJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
