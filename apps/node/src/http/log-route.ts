/** The log as C2SP tlog-tiles asks, below a prefix; what it serves carries its own caching headers. */
import type { Ledger } from '@mingzheng/ledger'
import type { FastifyInstance } from 'fastify'

export function registerLog(app: FastifyInstance, ledger: Pick<Ledger, 'serve'>): void {
  app.get<{ Params: { '*': string } }>('/log/*', (request, reply) => {
    const encoding = request.headers['accept-encoding']
    const file = ledger.serve(request.params['*'], typeof encoding === 'string' ? encoding : '')
    if (file === null) return reply.callNotFound()
    // Any other log's monitor may read it: what it holds is public.
    reply.header('access-control-allow-origin', '*')
    return reply.code(file.status).headers(file.headers).send(Buffer.from(file.body))
  })
}
