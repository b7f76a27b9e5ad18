/** Work that goes on while things are killed: preservations by API key and captures by an officer, and what was acknowledged. */
import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client, createClient, ProblemError } from '@mingzheng/api'

export interface Acknowledged {
  id: string
  number: string
  sha256: string
}

export interface Load {
  /** What the server said 202 to. */
  readonly preservations: Acknowledged[]
  /** Ids of captures that were acknowledged. */
  readonly captures: string[]
  /** Codes of problems that were answered, and how often. */
  readonly problems: Map<string, number>
  /** Requests that got no answer at all. */
  readonly unanswered: () => number
  /** Where the server is now; null while there is none. */
  point(url: string | null): void
  stop(): Promise<void>
}

export interface LoadOptions {
  key: string
  cookie: string
  page: string
  /** Captures asked for at most. */
  captures: number
  /** Rest between two requests of one client, so that the limit of requests a minute is not reached. */
  restMs: number
  seed: string
}

export function startLoad(options: LoadOptions): Load {
  const preservations: Acknowledged[] = []
  const captures: string[] = []
  const problems = new Map<string, number>()
  const stopping = new AbortController()
  let url: string | null = null
  let unanswered = 0
  let asked = 0
  let nextCapture = 0

  async function tried(work: (base: string) => Promise<void>): Promise<void> {
    if (url === null) return
    try {
      await work(url)
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code !== 'unreachable') {
        problems.set(error.problem.code, (problems.get(error.problem.code) ?? 0) + 1)
      } else unanswered++
    }
  }

  const signal = () => AbortSignal.any([stopping.signal, AbortSignal.timeout(20_000)])
  const clientOf = (base: string, headers: Record<string, string>): Client => createClient(base, fetch, headers)

  async function preserve(): Promise<void> {
    while (!stopping.signal.aborted) {
      await tried(async (base) => {
        const sha256 = createHash('sha256').update(`${options.seed} ${asked++}`).digest('hex')
        const api = clientOf(base, { authorization: `Bearer ${options.key}` })
        const { id, number } = await api.call('preservations.add', { body: { sha256 }, signal: signal() })
        preservations.push({ id, number, sha256 })
      })
      await pause(options.restMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  async function captureNow(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (captures.length < options.captures && performance.now() > nextCapture) {
        await tried(async (base) => {
          const officer = clientOf(base, { cookie: options.cookie })
          const answer = await officer.call('captures.request', { body: { urls: [options.page] }, signal: signal() })
          captures.push(...answer.captures.map((capture) => capture.id))
          nextCapture = performance.now() + 5000
        })
      }
      await pause(options.restMs * 3, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const working = Promise.all([preserve(), preserve(), captureNow()])
  return {
    preservations,
    captures,
    problems,
    unanswered: () => unanswered,
    point(to) {
      url = to
    },
    async stop() {
      stopping.abort()
      await working
    },
  }
}
