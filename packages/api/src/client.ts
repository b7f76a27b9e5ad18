/** A typed client over the table of routes, for the web and the command line. */
import type { z } from 'zod'
import { type Problem, problemSchema, type Route } from './route.ts'
import { routes } from './routes.ts'

type Routes = typeof routes
export type RouteName = keyof Routes
type Input<T> = T extends z.ZodType ? z.input<T> : undefined
type Output<T> = T extends z.ZodType ? z.output<T> : undefined
type Field<R, K extends keyof Route> = R extends { [key in K]: infer S } ? S : undefined
export type ParamsOf<N extends RouteName> = Input<Field<Routes[N], 'params'>>
export type QueryOf<N extends RouteName> = Input<Field<Routes[N], 'query'>>
export type BodyOf<N extends RouteName> = Input<Field<Routes[N], 'body'>>
export type AnswerOf<N extends RouteName> = Output<Field<Routes[N], 'response'>>

export interface CallOptions<N extends RouteName> {
  params?: ParamsOf<N>
  query?: QueryOf<N>
  body?: BodyOf<N>
  signal?: AbortSignal
  headers?: Record<string, string>
}

/** An answer that was not a success: the server's problem, or `unreachable` when none came. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** The address of a route with its parameters and query filled in. */
export function addressOf<N extends RouteName>(name: N, options: CallOptions<N> = {}): string {
  const params = (options.params ?? {}) as Record<string, string | number>
  const path = routes[name].path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(params[key])))
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries((options.query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== null && value !== '') query.set(key, String(value))
  }
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}

export interface Client {
  call<N extends RouteName>(name: N, options?: CallOptions<N>): Promise<AnswerOf<N>>
}

/** Header that every changing request carries: a cross-site form cannot send it. */
export const REQUEST_HEADER = 'x-mingzheng-request'

/** A client on `base` ('' for the page's own origin). Throws `ProblemError` for every answer that is no success. */
export function createClient(base: string, fetchWith: typeof fetch, headers: Record<string, string> = {}): Client {
  return {
    async call(name, options = {}) {
      const route: Route = routes[name]
      const hasBody = options.body !== undefined
      let response: Response
      try {
        response = await fetchWith(base + addressOf(name, options), {
          method: route.method,
          headers: {
            [REQUEST_HEADER]: '1',
            ...(hasBody ? { 'content-type': 'application/json' } : {}),
            ...headers,
            ...options.headers,
          },
          ...(hasBody ? { body: JSON.stringify(options.body) } : {}),
          ...(options.signal ? { signal: options.signal } : {}),
          credentials: 'same-origin',
        })
      } catch (cause) {
        if (options.signal?.aborted) throw cause
        throw new ProblemError({ type: 'about:blank', title: 'unreachable', status: 0, code: 'unreachable' })
      }
      if (response.status === 204) return undefined as never
      const body: unknown = await response.json().catch(() => null)
      if (!response.ok) {
        const problem = problemSchema.safeParse(body)
        throw new ProblemError(
          problem.success
            ? problem.data
            : { type: 'about:blank', title: response.statusText, status: response.status, code: 'unexpected-answer' },
        )
      }
      return (route.response ? route.response.parse(body) : body) as never
    },
  }
}
