/** Asking for captures, then going to where they are watched. */
import type { CaptureRequestBody } from '@mingzheng/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api } from '../data/api.ts'

export function useRequestCapture() {
  const navigate = useNavigate()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: CaptureRequestBody) => api.call('captures.request', { body }),
    onSuccess: async ({ batch, captures }) => {
      void queries.invalidateQueries({ queryKey: ['captures.list'] })
      const first = captures[0]
      if (captures.length === 1 && first !== undefined) await navigate({ to: '/capture/$id', params: { id: first.id } })
      else await navigate({ to: '/captures', search: batch === null ? {} : { batch } })
    },
  })
}
