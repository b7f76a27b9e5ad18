import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Client, createClient, ProblemError } from '@mingzheng/api'
import { Failure } from '@mingzheng/kernel'
import type { Context } from '../context.ts'
import { claimData } from '../up/claim.ts'
import { supervise } from '../up/supervised-process.ts'
import { findInstance, type RunningInstance } from './instance-file.ts'

/** A server to talk to. */
export interface ServerAccess {
  readonly instance: RunningInstance
  readonly client: Client
  /** Headers that show the local token, for requests made past the client. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Works with the instance that runs on the data folder, or starts a server on it for the while. A problem that the server answers
 * becomes a `Failure` of the same code. `variables` are for the server that is started for the while.
 */
export async function withServer<T>(
  context: Context,
  data: string,
  work: (access: ServerAccess) => Promise<T>,
  variables: NodeJS.ProcessEnv = {},
): Promise<T> {
  try {
    return await reachServer(context, data, work, variables)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { code, field, remedy } = error.problem
    throw new Failure(code, error.message, { ...(field ? { field } : {}), ...(remedy ? { remedy } : {}) })
  }
}

async function reachServer<T>(
  context: Context,
  data: string,
  work: (access: ServerAccess) => Promise<T>,
  variables: NodeJS.ProcessEnv,
): Promise<T> {
  const running = await findInstance(data)
  if (running !== null) return work(access(running))
  const log = join(data, 'log')
  await mkdir(log, { recursive: true, mode: 0o711 })
  const claim = await claimData(data)
  if ('pid' in claim) {
    throw new Failure('instance-starting', `process ${claim.pid} is just starting on ${data}`, {
      remedy: 'try again in a few seconds',
    })
  }
  try {
    const server = await supervise({
      name: 'server',
      node: context.node,
      program: join(context.root, 'apps/server/src/main.ts'),
      environment: {
        ...context.environment,
        ...variables,
        MINGZHENG_DATA: data,
        MINGZHENG_PORT: '0',
        MINGZHENG_DEMO: '0',
      },
      logFile: join(log, 'server.log'),
      startWithin: 180_000,
      onRestart: () => {},
    })
    try {
      const instance = await findInstance(data)
      if (instance === null) throw new Failure('start-failed', 'the server left no instance file', { remedy: log })
      return await work(access(instance))
    } finally {
      await server.stop()
    }
  } finally {
    await claim.release()
  }
}

function access(instance: RunningInstance): ServerAccess {
  const headers = { authorization: `Bearer ${instance.token}` }
  return { instance, headers, client: createClient(instance.url, fetch, headers) }
}
