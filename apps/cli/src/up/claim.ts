import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'

/** What a running `up` tells another one on the same data folder. */
export interface RunningUp {
  readonly pid: number
  /** Address for the browser, or `null` while it still starts. */
  readonly url: string | null
}

/** The right to run on a data folder, held by a listening socket: the system ends it with the process, however that dies. */
export interface Claim {
  /** Told to whoever asks from now on. */
  announce(url: string): void
  /** Carries out an order that other commands may send with a subject, such as a folder; what `act` throws is told to them. */
  onOrder(order: string, act: (subject: string) => Promise<unknown>): void
  release(): Promise<void>
}

const LOOK_AGAIN_MS = 150

type Orders = Map<string, (subject: string) => Promise<unknown>>

const claimSchema = z.object({ pid: z.number().int(), port: z.number().int(), token: z.string() })
const refusalSchema = z.object({
  refused: z.object({ code: z.string(), message: z.string(), remedy: z.string().optional() }),
})
const stateSchema = z.object({ pid: z.number().int(), url: z.string().nullable() })

/** Takes the claim on a data folder, or answers who holds it. A claim left by a killed process is taken over. */
export async function claimData(data: string): Promise<Claim | RunningUp> {
  const folder = join(data, 'run')
  await mkdir(folder, { recursive: true })
  const file = claimFile(data)
  const token = randomBytes(24).toString('hex')
  const state: { pid: number; url: string | null } = { pid: process.pid, url: null }
  const orders: Orders = new Map()
  const server = await listen(token, state, orders)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const text = JSON.stringify({ pid: process.pid, port, token })
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if ((await createExclusively(file, text, token)) && (attempt === 0 || (await isStillOurs(file, text)))) {
      return {
        announce: (url) => {
          state.url = url
        },
        onOrder: (order, act) => orders.set(order, act),
        release: async () => {
          await rm(file, { force: true })
          server.closeAllConnections()
          await new Promise((done) => server.close(done))
        },
      }
    }
    const running = await askRunning(data)
    if (running !== null) {
      server.close()
      return running
    }
    await rm(file, { force: true })
  }
  server.close()
  throw new Error(`another start is taking ${data} at this moment`)
}

/** Who runs on a data folder now; `null` when nobody does. */
export async function askRunning(data: string): Promise<RunningUp | null> {
  const answer = await send(data, 'GET', '/')
  return answer === null ? null : stateSchema.parse(answer)
}

/**
 * Sends an order to the running `up` and waits until it is carried out; answers what that said, or `null` when nobody runs or the
 * order is not known. Throws the `Failure` with which it was refused.
 */
export async function sendOrder(data: string, order: string, subject: string): Promise<unknown> {
  const answer = await send(data, 'POST', `/${order}?${new URLSearchParams({ subject })}`)
  const refused = refusalSchema.safeParse(answer)
  if (!refused.success) return answer
  const { code, message, remedy } = refused.data.refused
  throw new Failure(code, message, remedy === undefined ? {} : { remedy })
}

async function send(data: string, method: string, path: string): Promise<unknown> {
  const text = await readFile(claimFile(data), 'utf8').catch(() => null)
  if (text === null) return null
  try {
    const { port, token } = claimSchema.parse(JSON.parse(text))
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
    })
    return response.ok ? await response.json() : null
  } catch {
    return null
  }
}

function claimFile(data: string): string {
  return join(data, 'run', 'up.json')
}

function listen(token: string, state: RunningUp, orders: Orders): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
      response.end(JSON.stringify(body))
    }
    if (request.headers.authorization !== `Bearer ${token}`) return answer(403, {})
    if (request.method === 'GET') return answer(200, state)
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const act = orders.get(pathname.slice(1))
    if (act === undefined) return answer(404, {})
    act(searchParams.get('subject') ?? '').then(
      (result) => answer(200, result ?? {}),
      (error: Error) => {
        const { code, remedy } = error instanceof Failure ? error : { code: 'order-failed', remedy: undefined }
        answer(200, { refused: { code, message: error.message, remedy } })
      },
    )
  })
  server.requestTimeout = 0
  return new Promise((done, fail) => {
    server.once('error', fail)
    // A claim alone is no reason to stay.
    server.unref()
    server.listen({ port: 0, host: '127.0.0.1' }, () => done(server))
  })
}

// Made whole beside and then linked: the name appears with its content or not at all, and to one process only.
async function createExclusively(file: string, text: string, token: string): Promise<boolean> {
  const draft = `${file}.${token}`
  await writeFile(draft, text, { mode: 0o600 })
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

// Two starts that find the same leftover may remove each other's fresh claim: who took one over looks again before believing it.
async function isStillOurs(file: string, text: string): Promise<boolean> {
  await pause(LOOK_AGAIN_MS)
  return (await readFile(file, 'utf8').catch(() => null)) === text
}
