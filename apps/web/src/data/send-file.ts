/** Sends a file as it is to a route that takes one. */
import {
  type AnswerOf,
  addressOf,
  type CallOptions,
  ProblemError,
  problemSchema,
  REQUEST_HEADER,
  routes,
} from '@mingzheng/api'

type FileRoute = 'registers.upload' | 'submissions.upload' | 'brandLogos.add'

export async function sendFile<N extends FileRoute>(
  name: N,
  options: CallOptions<N>,
  file: File,
): Promise<AnswerOf<N>> {
  let response: Response
  try {
    response = await fetch(addressOf(name, options), {
      method: 'POST',
      headers: { [REQUEST_HEADER]: '1', 'content-type': 'application/octet-stream' },
      body: file,
      credentials: 'same-origin',
    })
  } catch {
    throw new ProblemError({ type: 'about:blank', title: 'unreachable', status: 0, code: 'unreachable' })
  }
  const body: unknown = await response.json().catch(() => null)
  if (response.ok) return routes[name].response.parse(body) as AnswerOf<N>
  const problem = problemSchema.safeParse(body)
  throw new ProblemError(
    problem.success
      ? problem.data
      : { type: 'about:blank', title: response.statusText, status: response.status, code: 'unexpected-answer' },
  )
}
