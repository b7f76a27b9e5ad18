/** For everybody: which other ledgers this one follows, their policies as followed, and what it records of them, with receipts. */
import { Failure, toBase64 } from '@mingzheng/kernel'
import type { ReadLogFile } from '@mingzheng/ledger'
import { encodePolicy } from '@mingzheng/proof'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { natural } from '../http/app.ts'
import { readAt } from '../http/peers.ts'
import type { OpenNode } from '../run/open-node.ts'
import { crossChainOf } from './cross-chain.ts'
import type { ChainRelay } from './relay.ts'
import { chainRecords, chainsView } from './view.ts'

const JSON_BYTES = { 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*' }

export function chainRoutes(app: FastifyInstance, { ledger }: Pick<OpenNode, 'ledger'>, relay: ChainRelay): void {
  app.get('/chains', (_request, reply) => reply.headers(JSON_BYTES).send({ chains: chainsView(ledger, relay) }))
  app.get('/chains/policy.json', (request, reply) => {
    const records = chainRecords(ledger)
    const chain = records.chain(originOf(request))
    if (chain === null) throw new Failure('not-found', 'no ledger of that name is followed')
    return reply.headers(JSON_BYTES).send(Buffer.from(encodePolicy(records.policyOf(chain))))
  })
  // The first record that includes an entry of the other ledger, as this ledger proves it.
  app.get('/chains/recorded', async (request, reply) => {
    const covering = chainRecords(ledger).covering(originOf(request), natural(request.query, 'index') ?? 0)
    if (covering === null) throw new Failure('not-found', 'no recorded checkpoint includes that entry yet')
    const { index, size } = covering
    const { entry, time, proof, proofSm3 } = await ledger.receipt({ index })
    return reply.headers(JSON_BYTES).send({ index, time, size, entry: toBase64(entry), proof, proofSm3 })
  })
  // That an entry of this ledger stands below a checkpoint that another one recorded.
  app.get<{ Params: { index: string } }>('/cross-chain/:index', async (request, reply) => {
    const records = chainRecords(ledger)
    const chain = records.chain(originOf(request))
    if (chain === null) throw new Failure('not-found', 'no ledger of that name is followed')
    const urls = records.policyOf(chain).members.flatMap(({ url }) => url ?? [])
    const index = natural(request.params, 'index')!
    const bytes = await crossChainOf({ index, own: ledger.policy.origin, urls, readAt, readOwn: readOwnLog(ledger) })
    return reply.headers(JSON_BYTES).send(Buffer.from(bytes))
  })
}

function readOwnLog({ serve }: Pick<OpenNode['ledger'], 'serve'>): ReadLogFile {
  return (path) => {
    const file = serve(path)
    return file === null
      ? Promise.reject(new Failure('not-found', `${path} is not served`))
      : Promise.resolve(file.body)
  }
}

function originOf(request: FastifyRequest): string {
  const { origin } = request.query as Record<string, unknown>
  if (typeof origin === 'string' && origin.length > 0 && origin.length <= 200) return origin
  throw new Failure('input-wrong', 'the origin of a ledger is needed', { field: 'origin' })
}
