import { spawn } from 'node:child_process'
import { appendFile } from 'node:fs/promises'
import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'
import { withCompileCache } from './compile-cache.ts'

/** What a program of ours says in its last line when it has done its work, or cannot. */
const doneSchema = z.looseObject({ ready: z.literal(true) })
const refusedSchema = z.looseObject({
  ready: z.literal(false),
  code: z.string(),
  detail: z.string(),
  remedy: z.string().nullish(),
})

export interface Question {
  readonly name: string
  readonly node: string
  /** Absolute path of the `main.ts`, then its arguments. */
  readonly program: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  /** File that its standard error is added to. */
  readonly logFile: string
}

/** Runs a program to its end and answers what it said; throws the `Failure` that it told, or `start-failed`. */
export async function askProcess({
  name,
  node,
  program,
  environment,
  logFile,
}: Question): Promise<z.infer<typeof doneSchema>> {
  const child = spawn(node, [...program], { env: withCompileCache(environment), stdio: ['ignore', 'pipe', 'pipe'] })
  const heard: { out: string; error: string } = { out: '', error: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    heard.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    heard.error += text
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (heard.error !== '') await appendFile(logFile, heard.error, { mode: 0o600 })
  for (const line of heard.out.trim().split('\n').reverse()) {
    const said = readLine(line)
    const done = doneSchema.safeParse(said)
    if (done.success && code === 0) return done.data
    const refused = refusedSchema.safeParse(said)
    if (!refused.success) continue
    const { code: why, detail, remedy } = refused.data
    throw new Failure(why, `${name}: ${detail}`, { remedy: remedy ?? `see ${logFile}` })
  }
  throw new Failure('start-failed', `${name} ended with exit code ${code}`, { remedy: `see ${logFile}` })
}

function readLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
