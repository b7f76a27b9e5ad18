/** A court's page, put together for its node. */
import { readFile } from 'node:fs/promises'
import { keepersOf } from '@mingzheng/evidence/contract'
import { type Clock, randomBytes, toHex, utf8 } from '@mingzheng/kernel'
import type { FastifyInstance } from 'fastify'
import { ChainCopies } from '../chains/chain-copies.ts'
import type { Custodian } from '../custody/custodian.ts'
import { homeLayout } from '../home/home-layout.ts'
import { writeWhole } from '../home/write-whole.ts'
import { readAt } from '../http/peers.ts'
import type { OpenNode } from '../run/open-node.ts'
import { CaseReader } from './case-reader.ts'
import { createCourtDesk } from './court-desk.ts'
import { courtRoutes } from './court-routes.ts'
import { ForeignLedgers } from './foreign.ts'

const COPY_MS = 30_000

export interface CourtOptions {
  node: OpenNode
  /** Which receives the case index. */
  custodian: Custodian
  app: FastifyInstance
  clock: Clock
  elapsed: () => number
  onError(error: unknown, what: string): void
}

/** Mounts the pages on `app`; the answer ends what is under way. */
export async function openCourt(options: CourtOptions): Promise<{ stop(): Promise<void> }> {
  const { node, custodian, app, clock, elapsed, onError } = options
  const { ledger, keys, configuration, founding } = node
  const layout = homeLayout(node.home)
  const copies = new ChainCopies({
    ledger,
    folder: layout.chains,
    readAt,
    everyMs: configuration.chains?.pollMs ?? COPY_MS,
    onError: (error, origin) => onError(error, `the copy of ${origin}`),
  })
  const policies = () => [ledger.policy, founding.genesis.policy]
  const desk = createCourtDesk({
    ledger,
    policies,
    foreign: new ForeignLedgers({ ledger, copies, policies }),
    custodians: () => keepersOf(ledger.policy),
    box: keys.box,
    cases: new CaseReader(custodian, founding.genesis.origin, (error) => onError(error, 'case index')),
    folder: layout.court,
    clock,
  })
  const member = ledger.policy.members.find(({ id }) => id === configuration.member)
  const routes = courtRoutes(app, {
    desk,
    folder: layout.court,
    passphrase: await clerkPassphrase(layout.clerk),
    member: member?.name ?? { zh: configuration.member, en: configuration.member },
    origin: founding.genesis.origin,
    clock,
    elapsed,
    onError: (error) => onError(error, 'look-up'),
  })
  copies.start()
  return {
    async stop() {
      await routes.stop()
      await copies.stop()
    },
  }
}

/** The passphrase of a court's clerks; made when it is not there. */
async function clerkPassphrase(path: string): Promise<string> {
  const there = await readFile(path, 'utf8').catch(() => null)
  if (there !== null && there.trim() !== '') return there.trim()
  const made = toHex(randomBytes(16))
  await writeWhole(path, utf8(`${made}\n`))
  return made
}
