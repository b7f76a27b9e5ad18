/** The typed client of this page's own origin, and its queries. */
import { type CallOptions, createClient, ProblemError, type RouteName } from '@mingzheng/api'
import { MutationCache, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query'

export const api = createClient('', (input, init) => fetch(input, init))

/** A query of a GET route; its key is the route's name and what it was asked. */
export function ask<N extends RouteName>(name: N, options: CallOptions<N> = {}) {
  return queryOptions({
    queryKey: [name, options.params ?? null, options.query ?? null] as const,
    queryFn: ({ signal }) => api.call(name, { ...options, signal }),
  })
}

const listeners = new Set<() => void>()

/** Calls `listener` whenever an answer says that nobody is signed in any more; returns how to stop that. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

function tellSignedOut(error: unknown): void {
  if (!(error instanceof ProblemError) || error.problem.code !== 'not-signed-in') return
  for (const listener of listeners) listener()
}

export function createQueries(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: tellSignedOut }),
    mutationCache: new MutationCache({ onError: tellSignedOut }),
    defaultOptions: {
      // Without a network a question fails at once and says so, instead of waiting in silence.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        staleTime: 10_000,
        refetchOnWindowFocus: true,
        // An answer of the server is an answer; only silence is worth asking again.
        retry: (failures, error) => failures < 1 && error instanceof ProblemError && error.problem.status === 0,
      },
    },
  })
}
