/** This node as a C2SP witness of other people's logs, and how it reaches the public witnesses that its own policy names. */
import { join } from 'node:path'
import type { Clock } from '@mingzheng/kernel'
import { type OutsideWitness, TlogWitness } from '@mingzheng/ledger'
import { cosigner, type PolicyWitness, parseVerifierKey } from '@mingzheng/proof'
import type { FastifyInstance } from 'fastify'
import { homeLayout } from '../home/home-layout.ts'
import type { OpenNode } from '../run/open-node.ts'
import { bodyBytes } from './app.ts'

const TIMEOUT_MS = 5000

/** Mounts `POST /witness/add-checkpoint`. The logs that it knows stand in the node's configuration: none, and every log is unknown. */
export function registerWitness(app: FastifyInstance, node: OpenNode, clock: Clock): void {
  const { configuration, keys, ledger, home } = node
  const me = ledger.policy.members.find(({ id }) => id === configuration.member)
  if (me === undefined) return
  const witness = new TlogWitness({
    logs: (configuration.witness ?? []).map(({ origin, keys: texts }) => ({
      origin,
      keys: texts.map(parseVerifierKey),
    })),
    signers: [cosigner(parseVerifierKey(me.cosignerKey).name, keys.ledger.member, clock)],
    folder: join(homeLayout(home).ledger, 'witness', 'logs'),
  })
  app.addHook('onClose', () => witness.close())
  app.post('/witness/add-checkpoint', async (request, reply) => {
    const { status, contentType, body } = await witness.addCheckpoint(bodyBytes(request.body))
    return reply.code(status).header('content-type', contentType).send(body)
  })
}

/** The witness by its submission prefix, or `null` where the policy names none. */
export function outsideWitness({ url }: PolicyWitness): OutsideWitness | null {
  if (url === undefined) return null
  return {
    async post(body) {
      const response = await fetch(`${url}/add-checkpoint`, {
        method: 'POST',
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        redirect: 'error',
      })
      const contentType = response.headers.get('content-type') ?? ''
      return { status: response.status, contentType, body: await response.text() }
    },
  }
}
