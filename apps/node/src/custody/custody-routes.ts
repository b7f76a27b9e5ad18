/**
 * A custodian over HTTP. No tokens: what is stored is proved against the ledger, what is given out is sealed (decision 0142).
 * `PUT /custody/:holding/parts/:from`, `GET /custody/:holding`, `GET /custody/:holding/drawn`, `GET /custody/given/:wish/parts/:from`.
 */
import { type Bytes, Failure, fromHex, isRefusal } from '@mingzheng/kernel'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Custodian, CustodyRefusal } from './custodian.ts'

const id = z.string().regex(/^[0-9a-f]{32}$/)
const part = z.coerce.number().int().min(0).max(33_554_433)
const holdingParams = z.object({ holding: id })
const partsParams = z.object({ holding: id, from: part })
const givenParams = z.object({ wish: id, from: part })

/** 64 parts of 64 KiB with their paths, and room. */
const MESSAGE_BYTES = 5 * 1024 * 1024
const STATUS = { 'custody-unknown': 404, 'custody-not-now': 409 } as const
const PARTS_TYPE = 'application/octet-stream'

function problem(reply: FastifyReply, status: number, code: string, detail: string) {
  return reply
    .code(status)
    .type('application/problem+json')
    .send({ type: 'about:blank', title: code, status, code, detail })
}

/** Mounts the routes. What is malformed is answered with a code, and read no further than its limit. */
export function custodyRoutes(app: FastifyInstance, custodian: Custodian): void {
  const answer = async (reply: FastifyReply, work: () => Promise<Bytes | object | CustodyRefusal>) => {
    try {
      const made = await work()
      if (isRefusal(made))
        return problem(reply, STATUS[made.code as keyof typeof STATUS] ?? 422, made.code, made.detail)
      return made instanceof Uint8Array ? reply.type(PARTS_TYPE).send(Buffer.from(made)) : reply.send(made)
    } catch (error) {
      if (error instanceof z.ZodError)
        return problem(reply, 400, 'request-malformed', 'the address is not as it should be')
      if (error instanceof Failure && error.code === 'custody-parts-wrong')
        return problem(reply, 422, error.code, error.message)
      if (error instanceof Failure && error.code === 'custody-lost')
        return problem(reply, 410, error.code, error.message)
      throw error
    }
  }
  app.register(async (scope) => {
    scope.addContentTypeParser(PARTS_TYPE, { parseAs: 'buffer', bodyLimit: MESSAGE_BYTES }, (_request, body, done) =>
      done(null, body),
    )
    scope.get('/custody/:holding', (request, reply) =>
      answer(reply, () => custodian.standing(fromHex(holdingParams.parse(request.params).holding))),
    )
    scope.put('/custody/:holding/parts/:from', { bodyLimit: MESSAGE_BYTES }, (request, reply) =>
      answer(reply, async () => {
        const { holding, from } = partsParams.parse(request.params)
        const body = request.body instanceof Uint8Array ? new Uint8Array(request.body) : new Uint8Array(0)
        const received = await custodian.receive(fromHex(holding), from, body)
        return isRefusal(received) ? received : { received }
      }),
    )
    scope.get('/custody/:holding/drawn', (request, reply) =>
      answer(reply, () => custodian.drawn(fromHex(holdingParams.parse(request.params).holding))),
    )
    scope.get('/custody/given/:wish/parts/:from', (request, reply) =>
      answer(reply, () => {
        const { wish, from } = givenParams.parse(request.params)
        return custodian.given(fromHex(wish), from)
      }),
    )
  })
}
