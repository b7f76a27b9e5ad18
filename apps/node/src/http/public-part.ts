/** What everybody may ask of a node: the log, receipts, its policy, its health; and what members tell each other, which is signed. */
import { fromHex, toBase64, toHex } from '@mingzheng/kernel'
import { encodePolicy } from '@mingzheng/proof'
import type { FastifyInstance } from 'fastify'
import { encodeFounding } from '../ceremony/founding.ts'
import { chainMetrics } from '../chains/metrics.ts'
import type { ChainRelay } from '../chains/relay.ts'
import { healthOf } from '../health.ts'
import { ownHoldings } from '../holdings.ts'
import { metricsText } from '../metrics.ts'
import type { OpenNode } from '../run/open-node.ts'
import { bodyBytes, natural } from './app.ts'
import { registerLog } from './log-route.ts'
import { registerReceipts } from './receipt-route.ts'

const JSON_BYTES = { 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*' }

/** `relay` tells of other ledgers; a node without one follows none. */
export function registerPublicPart(
  app: FastifyInstance,
  node: OpenNode,
  relay: Pick<ChainRelay, 'states'> = { states: () => [] },
): void {
  const { ledger } = node
  registerLog(app, ledger)
  app.get('/checkpoint', async (_request, reply) => {
    reply.header('content-type', 'text/plain; charset=utf-8').header('access-control-allow-origin', '*')
    return ledger.checkpoint('sha256')
  })
  registerReceipts(app, (index) => ledger.receipt({ index }))
  // By a number's digest or a commitment: the log holds neither numbers nor names.
  app.get<{ Params: { digest: string } }>('/lookup/:digest', async (request, reply) => {
    const { digest } = request.params
    if (!/^[0-9a-f]{64}$/.test(digest)) return reply.code(400).send({ code: 'input-wrong', field: 'digest' })
    const bytes = fromHex(digest)
    const found = [...(await ledger.lookup({ number: bytes })), ...(await ledger.lookup({ commitment: bytes }))]
    return reply.headers(JSON_BYTES).send(found.map(({ index, entry }) => ({ index, entry: toBase64(entry) })))
  })
  app.get('/policy.json', (_request, reply) => reply.headers(JSON_BYTES).send(Buffer.from(encodePolicy(ledger.policy))))
  app.get('/founding.json', (_request, reply) =>
    reply.headers(JSON_BYTES).send(Buffer.from(encodeFounding(node.founding))),
  )
  app.get('/health', async (_request, reply) => {
    const health = await healthOf(node)
    const { freeBytes: _ours, alarmBytes: _too, ...told } = health
    const chains = relay.states().map(({ origin, state }) => ({ origin, state }))
    return reply.code(health.state === 'ready' ? 200 : 503).send({ member: node.configuration.member, ...told, chains })
  })
  registerPeerPart(app, node)
}

function registerPeerPart(app: FastifyInstance, node: OpenNode): void {
  const { ledger, engine } = node
  app.post('/peer/cosignatures', (request, reply) => {
    const { kept, waiting, known, refused } = ledger.exchange.receive(bodyBytes(request.body))
    const codes = refused.map(({ code }) => code)
    return reply.code(refused.length > 0 ? 422 : 200).send({ kept, waiting, known, refused: codes })
  })
  app.get('/peer/cosignatures', (request, reply) => {
    const size = natural(request.query, 'size') ?? 0
    return reply.headers(JSON_BYTES).send(Buffer.from(ledger.exchange.answer(size)))
  })
  app.get('/peer/positions', (request) => {
    const from = natural(request.query, 'from') ?? 0
    return Promise.resolve(engine.positions(from).map(({ height, appHash }) => ({ height, appHash: toHex(appHash) })))
  })
  app.get('/peer/holdings', (request) => ownHoldings(node, natural(request.query, 'size')))
}

/** For the organisation's own monitoring. */
export function registerMetrics(app: FastifyInstance, node: OpenNode, relay: Pick<ChainRelay, 'states'>): void {
  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
    return metricsText(node, await healthOf(node)) + chainMetrics(relay.states())
  })
}
