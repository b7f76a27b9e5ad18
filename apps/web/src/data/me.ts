/** Who is signed in, and what they may do. */
import { type Access, type Me, ProblemError } from '@mingzheng/api'
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { api } from './api.ts'

/** The signed-in person, or null when nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me.read'] as const,
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await api.call('me.read', { signal })
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 401) return null
      throw error
    }
  },
})

export function useMe(): Me | null {
  return useSuspenseQuery(meQuery).data
}

export function may(me: Me | null, access: Access): boolean {
  if (access === 'public') return true
  if (me === null) return false
  return access === 'session' || me.permissions.includes(access)
}
