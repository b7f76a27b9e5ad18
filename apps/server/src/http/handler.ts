/** What a handler is given and may answer, and how the table of routes becomes fastify routes. */
import { Readable } from 'node:stream'
import { type Access, type AnswerOf, type Route, type RouteName, routes } from '@mingzheng/api'
import { type Bytes, Failure, isRefusal, type Refusal } from '@mingzheng/kernel'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { type EventSource, sendEvents } from './events.ts'
import { type FileAnswer, sendFile } from './file-answer.ts'
import { sendProblem } from './problem.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether the request shows the token of this machine's instance file. */
    isLocalCommand?: boolean
  }
}

type Routes = typeof routes
type Parsed<N extends RouteName, K extends 'params' | 'query' | 'body'> = Routes[N] extends {
  [key in K]: infer S extends z.ZodType
}
  ? z.output<S>
  : undefined

/** Who calls. `null` for routes that are open to anybody. */
export interface Call<N extends RouteName, P> {
  params: Parsed<N, 'params'>
  query: Parsed<N, 'query'>
  body: Parsed<N, 'body'>
  principal: P
  request: FastifyRequest
  reply: FastifyReply
  /** Aborted when the caller goes away. */
  signal: AbortSignal
}

type Success<N extends RouteName> = Routes[N] extends { answer: 'bytes' }
  ? FileAnswer
  : Routes[N] extends { answer: 'events' }
    ? EventSource<AnswerOf<N>>
    : Routes[N] extends { status: 204 }
      ? undefined
      : AnswerOf<N>

type PrincipalFor<N extends RouteName, P> = Routes[N]['access'] extends 'public' | 'console' ? P | null : P

export type Handler<N extends RouteName, P> = (
  call: Call<N, PrincipalFor<N, P>>,
) => Promise<Success<N> | Refusal> | Success<N> | Refusal

export type Handlers<P, N extends RouteName = RouteName> = { [name in N]: Handler<name, P> }

/** Finds who calls and whether they may; answers a refusal otherwise. */
export interface Gate<P> {
  admit(request: FastifyRequest, access: Access, route: Route): Promise<P | null | Refusal>
  /** The work's end, or `database-unavailable` when it would wait for a database that is silent. */
  whileUp<T>(work: Promise<T>): Promise<T>
}

interface RouteSchema {
  summary: string
  operationId: string
  hide: boolean
  params?: z.ZodType
  querystring?: z.ZodType
  body?: z.ZodType
  response?: Record<number, z.ZodType>
  security?: { [scheme: string]: string[] }[]
  tags?: string[]
}

/** Registers `handlers` under the addresses of the table, each behind the gate. */
export function registerHandlers<P, N extends RouteName>(
  app: FastifyInstance,
  gate: Gate<P>,
  handlers: Handlers<P, N>,
): void {
  const admissions = new WeakMap<FastifyRequest, P | null>()
  for (const name of Object.keys(handlers) as N[]) {
    const route: Route = routes[name]
    const handler = handlers[name] as unknown as (call: unknown) => Promise<unknown>
    const schema: RouteSchema = { summary: route.summary, operationId: name, hide: route.open !== true }
    if (route.params) schema.params = route.params
    if (route.query) schema.querystring = route.query
    if (route.body) schema.body = route.body
    if (route.response && route.answer === undefined) schema.response = { [route.status ?? 200]: route.response }
    if (route.open) Object.assign(schema, { security: [{ apiKey: [] }], tags: [name.split('.')[0]] })
    const register = (on: FastifyInstance) =>
      on.route({
        method: route.method,
        url: route.path,
        schema,
        // Before a body is read or anything checked: whoever is not let in learns nothing and costs little.
        async onRequest(request, reply) {
          const admitted = await gate.whileUp(gate.admit(request, route.access, route))
          if (isRefusal(admitted)) return sendProblem(admitted, request, reply)
          admissions.set(request, admitted)
        },
        async handler(request, reply) {
          const principal = admissions.get(request) ?? null
          const gone = new AbortController()
          reply.raw.once('close', () => gone.abort())
          const { params, query, body } = request
          const call = { params, query, body, principal, request, reply, signal: gone.signal }
          const answer = await gate.whileUp((async () => handler(call))())
          if (isRefusal(answer)) return sendProblem(answer, request, reply)
          if (route.answer === 'events') {
            return sendEvents(request, reply, answer as EventSource<unknown>, gone.signal)
          }
          if (route.answer === 'bytes') return sendFile(request, reply, answer as FileAnswer)
          if (route.status === 204) return reply.code(204).send()
          return reply.code(route.status ?? 200).send(answer)
        },
      })
    if (route.body === undefined && route.method !== 'GET') app.register(async (files) => register(takingFiles(files)))
    else register(app)
  }
}

/** A file is its bytes, whatever it is called: one of text or JSON must not be read as a request of ours and be lost. */
function takingFiles(app: FastifyInstance): FastifyInstance {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  return app
}

/**
 * The request's body, for routes that take a file as it is: of at most `limitBytes`. Throws `too-large`, at once where the length is said
 * before; and an error where the caller goes away in the middle.
 */
export async function* bodyOf(request: FastifyRequest, limitBytes: number, remedy: string): AsyncGenerator<Bytes> {
  const tooLarge = () => {
    const gigabytes = Math.floor(limitBytes / 1024 ** 3)
    return new Failure('too-large', `a file has at most ${gigabytes} GiB here`, { remedy })
  }
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge()
  if (!(request.body instanceof Readable)) return
  let bytes = 0
  // What is left of it is not waited for, but the line stays until the answer is out.
  for await (const chunk of request.body.iterator({ destroyOnReturn: false }) as AsyncIterable<Bytes>) {
    bytes += chunk.length
    if (bytes > limitBytes) throw tooLarge()
    yield chunk
  }
}
