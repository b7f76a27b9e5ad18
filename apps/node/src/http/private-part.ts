/** The ledger for the organisation's own platform: every call needs the token of the home. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { Failure } from '@mingzheng/kernel'
import { answerCall, governanceOverview, LONGEST_BODY, POLICY_HEADER } from '@mingzheng/ledger'
import { policyId } from '@mingzheng/proof'
import type { FastifyInstance } from 'fastify'
import { chainRoutes } from '../chains/chain-routes.ts'
import type { ChainRelay } from '../chains/relay.ts'
import { chainProposals } from '../chains/view.ts'
import { holdingsOfAll } from '../holdings.ts'
import { maintain } from '../maintenance/maintain.ts'
import type { OpenNode } from '../run/open-node.ts'
import { bodyBytes } from './app.ts'
import { governanceView } from './governance-view.ts'
import { registerLog } from './log-route.ts'
import { registerMetrics } from './public-part.ts'

export function registerPrivatePart(app: FastifyInstance, node: OpenNode, relay: ChainRelay, token: string): void {
  const wanted = sha256(`Bearer ${token}`)
  app.addHook('onRequest', async (request) => {
    if (!timingSafeEqual(sha256(request.headers.authorization ?? ''), wanted)) {
      throw new Failure('token-wrong', 'the token is not that of this node')
    }
  })
  registerLog(app, node.ledger)
  registerMetrics(app, node, relay)
  chainRoutes(app, node, relay)
  app.get('/governance', () => {
    const view = governanceView(node.ledger)
    return { ...view, proposals: [...view.proposals, ...chainProposals(node.ledger)] }
  })
  app.post('/maintain', () => maintain(node))
  const answered = {
    ledger: node.ledger,
    members: (size: number | null) => holdingsOfAll(node, size),
    governance: () => governanceOverview(node.ledger),
  }
  app.post<{ Params: { call: string } }>('/ledger/:call', { bodyLimit: LONGEST_BODY }, async (request, reply) => {
    const gone = new AbortController()
    request.raw.socket.once('close', () => gone.abort())
    const { status, body } = await answerCall(answered, request.params.call, bodyBytes(request.body), gone.signal)
    return reply
      .code(status)
      .headers({ 'content-type': 'application/cbor', [POLICY_HEADER]: policyId(node.ledger.policy) })
      .send(Buffer.from(body))
  })
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
