/** What a node tells newcomers, so that they can begin: its own request, its snapshots, anchors, and its engine's light-client calls. */

import { type Clock, encodeJson, Failure, type JsonValue } from '@mingzheng/kernel'
import { type LedgerKeys, signAnchor } from '@mingzheng/ledger'
import { cosigner, parseVerifierKey } from '@mingzheng/proof'
import type { FastifyInstance } from 'fastify'
import { ownRequest } from '../ceremony/make-home.ts'
import type { MemberRequest } from '../ceremony/member-request.ts'
import type { OpenNode } from '../run/open-node.ts'
import { bodyBytes, natural } from './app.ts'

const JSON_BYTES = { 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*' }
/** Blocks that must follow a snapshot before anybody can begin with it. */
const BLOCKS_AFTER = 2
/** Anchors kept at hand: each costs a signature, and newcomers ask for the same few. */
const MOST_ANCHORS = 64

export function registerRequest(app: FastifyInstance, request: MemberRequest): void {
  app.get('/request.json', (_request, reply) =>
    reply.headers(JSON_BYTES).send(Buffer.from(encodeJson(request as JsonValue))),
  )
}

export async function registerEngine(app: FastifyInstance, node: OpenNode, clock: Clock): Promise<void> {
  const { ledger, engine } = node
  registerRequest(app, await ownRequest(node.home))
  app.get('/peer/engine', async (_request, reply) => {
    const { earliest, height } = await engine.door.span()
    const snapshots = ledger.snapshotHeights.filter((one) => one + BLOCKS_AFTER <= height)
    return reply.headers(JSON_BYTES).send({ earliest, height, snapshots })
  })
  const anchors = new Map<number, Promise<string>>()
  app.get('/peer/engine/anchor', async (request, reply) => {
    const height = natural(request.query, 'height')
    if (height === null || height === 0) throw new Failure('input-wrong', 'a height is needed', { field: 'height' })
    const anchor = anchors.get(height) ?? makeAnchor(node, node.keys.ledger, clock, height)
    anchors.set(height, anchor)
    anchor.catch(() => anchors.delete(height))
    if (anchors.size > MOST_ANCHORS) anchors.delete([...anchors.keys()][0]!)
    return reply.header('content-type', 'text/plain; charset=utf-8').send(await anchor)
  })
  app.post('/peer/engine/rpc', { bodyLimit: 2048 }, async (request, reply) => {
    const answer = await engine.door.answer(bodyBytes(request.body))
    return reply.headers(JSON_BYTES).send(Buffer.from(answer))
  })
}

/** Throws `ledger-not-found` when the block is not kept, `ledger-closed` when this member has halted or is none any more. */
async function makeAnchor({ ledger, engine, configuration }: OpenNode, keys: LedgerKeys, clock: Clock, height: number) {
  const { policy } = ledger
  const me = policy.members.find(({ id }) => id === configuration.member)
  if (me === undefined) throw new Failure('ledger-closed', 'this node is no member any more')
  const hash = await engine.door.blockHash(height)
  return signAnchor(
    policy.origin,
    { height, hash },
    cosigner(parseVerifierKey(me.cosignerKey).name, keys.member, clock),
  )
}
