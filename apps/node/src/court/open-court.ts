/** A court's page, put together for its node. */
import { readFile } from 'node:fs/promises'
import { keepersOf } from '@mingzheng/evidence/contract'
import { type Clock, randomBytes, toHex, utf8 } from '@mingzheng/kernel'
import type { FastifyInstance } from 'fastify'
import type { Custodian } from '../custody/custodian.ts'
import { homeLayout } from '../home/home-layout.ts'
import { writeWhole } from '../home/write-whole.ts'
import type { OpenNode } from '../run/open-node.ts'
import { CaseReader } from './case-reader.ts'
import { createCourtDesk } from './court-desk.ts'
import { courtRoutes } from './court-routes.ts'

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
  const desk = createCourtDesk({
    ledger,
    policies: () => [ledger.policy, founding.genesis.policy],
    custodians: () => keepersOf(ledger.policy),
    box: keys.box,
    cases: new CaseReader(custodian, founding.genesis.origin, (error) => onError(error, 'case index')),
    folder: layout.court,
    clock,
  })
  const member = ledger.policy.members.find(({ id }) => id === configuration.member)
  return courtRoutes(app, {
    desk,
    passphrase: await clerkPassphrase(layout.clerk),
    member: member?.name ?? { zh: configuration.member, en: configuration.member },
    origin: founding.genesis.origin,
    clock,
    elapsed,
    onError: (error) => onError(error, 'look-up'),
  })
}

/** The passphrase of a court's clerks; made when it is not there. */
async function clerkPassphrase(path: string): Promise<string> {
  const there = await readFile(path, 'utf8').catch(() => null)
  if (there !== null && there.trim() !== '') return there.trim()
  const made = toHex(randomBytes(16))
  await writeWhole(path, utf8(`${made}\n`))
  return made
}
