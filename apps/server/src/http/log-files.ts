/** The log over HTTP, exactly as C2SP tlog-tiles says, under `/log/`: what it serves carries its own caching headers. */
import type { ReachableLedger } from '@mingzheng/ledger'
import type { FastifyInstance } from 'fastify'

export function registerLog(app: FastifyInstance, serve: ReachableLedger['serve']): void {
  app.get<{ Params: { '*': string } }>('/log/*', async (request, reply) => {
    const encoding = request.headers['accept-encoding']
    const file = await serve(request.params['*'], typeof encoding === 'string' ? encoding : '')
    if (file === null) return reply.callNotFound()
    // Any other log's monitor may read it: what it holds is public.
    reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin')
    return reply.code(file.status).headers(file.headers).send(Buffer.from(file.body))
  })
}
