/** The public part while the home takes its state from the others: who it is, which they ask for, and how far it is. */
import type { MemberRequest } from '../ceremony/member-request.ts'
import type { NodeConfiguration } from '../home/node-configuration.ts'
import { createApp } from '../http/app.ts'
import { registerRequest } from '../http/engine-part.ts'

export interface JoiningDoor {
  /** What is being done now. */
  tell(words: { readonly zh: string; readonly en: string }): void
  close(): Promise<void>
}

/** Throws `EADDRINUSE` when the port is taken. */
export async function openJoiningDoor(at: NodeConfiguration['public'], own: MemberRequest): Promise<JoiningDoor> {
  const app = createApp()
  let words = { zh: '正在加入：询问其他成员', en: 'joining: asking the other members' }
  registerRequest(app, own)
  app.get('/health', (_request, reply) =>
    reply.code(503).send({ member: own.member.id, state: 'joining', words, detail: '' }),
  )
  await app.listen(at)
  return {
    tell(said) {
      words = said
    },
    async close() {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}
