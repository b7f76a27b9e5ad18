/** A node as a process has it: the member's ledger and its two HTTP parts, started and stopped together. */
import { readFile } from 'node:fs/promises'
import { actorOf } from '@mingzheng/proof'
import type { FastifyInstance } from 'fastify'
import { ownRequest } from '../ceremony/make-home.ts'
import { chainRoutes } from '../chains/chain-routes.ts'
import { openRelay } from '../chains/open-relay.ts'
import { openCourt } from '../court/open-court.ts'
import { type Custodian, openCustodian } from '../custody/custodian.ts'
import { custodyRoutes } from '../custody/custody-routes.ts'
import { homeLayout } from '../home/home-layout.ts'
import { readNodeConfiguration } from '../home/node-configuration.ts'
import { createApp } from '../http/app.ts'
import { registerEngine } from '../http/engine-part.ts'
import { registerPrivatePart } from '../http/private-part.ts'
import { registerPublicPart } from '../http/public-part.ts'
import { registerWitness } from '../http/witness-part.ts'
import { openJoiningDoor } from '../joining/joining-door.ts'
import { readJoining } from '../joining/joining-mark.ts'
import { DISK_ALARM_BYTES, startDiskWatch } from '../maintenance/disk-watch.ts'
import { startSchedule } from '../maintenance/schedule.ts'
import { type OpenNode, type OpenNodeOptions, openNode } from './open-node.ts'

export interface RunningNode {
  readonly node: OpenNode
  readonly publicUrl: string
  readonly privateUrl: string
  /** A court's page for its clerks; `null` without one. */
  readonly courtUrl: string | null
  /** Takes no more requests, finishes what is under way, closes the ledger. Idempotent. */
  stop(): Promise<void>
}

/** Throws what `openNode` throws, and `EADDRINUSE` when a port is taken. */
export async function startNode(options: OpenNodeOptions): Promise<RunningNode> {
  const token = (await readFile(homeLayout(options.home).token, 'utf8')).trim()
  const node = await openBehindDoor(options)
  const apps: FastifyInstance[] = []
  let custodian: Custodian | null = null
  let court: { stop(): Promise<void> } | null = null
  const relay = openRelay(node, options)
  const hours = node.configuration.maintenanceHours ?? MAINTENANCE_HOURS
  const disk = startDiskWatch(options.home, node.configuration.diskAlarmBytes ?? DISK_ALARM_BYTES, options.logger)
  const schedule = startSchedule(node, { ...options, hours })
  let stopping: Promise<void> | null = null
  const stop = () => {
    stopping ??= (async () => {
      for (const app of apps) {
        app.server.closeAllConnections()
        await app.close()
      }
      disk.stop()
      await schedule.stop()
      await court?.stop()
      await relay.stop()
      await custodian?.stop()
      await node.close()
    })()
    return stopping
  }
  try {
    const { configuration } = node
    const open = async (
      register: (app: FastifyInstance) => void | Promise<void>,
      { host, port }: { host: string; port: number },
    ) => {
      const app = createApp()
      apps.push(app)
      await register(app)
      return app.listen({ host, port })
    }
    custodian = await custodianOf(node, options)
    const publicUrl = await open(async (app) => {
      registerPublicPart(app, node, relay)
      await registerEngine(app, node, options.clock)
      registerWitness(app, node, options.clock)
      chainRoutes(app, node, relay)
      if (custodian !== null) custodyRoutes(app, custodian)
    }, configuration.public)
    const privateUrl = await open((app) => registerPrivatePart(app, node, relay, token), configuration.private)
    let courtUrl: string | null = null
    if (configuration.court !== undefined && custodian !== null) {
      const app = createApp({ requestTimeout: HANDING_IN_MS })
      apps.push(app)
      const onError = (error: unknown, what: string) => options.logger.warn({ err: error, what }, 'the court page')
      court = await openCourt({ ...options, node, custodian, app, onError })
      courtUrl = `${await app.listen(configuration.court)}/court`
    }
    relay.start()
    return { node, publicUrl, privateUrl, courtUrl, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A node that has yet to take its state from the others says so meanwhile. */
async function openBehindDoor(options: OpenNodeOptions): Promise<OpenNode> {
  const { home, logger } = options
  if ((await readJoining(home)) === null) return openNode(options)
  const door = await openJoiningDoor((await readNodeConfiguration(home)).public, await ownRequest(home))
  try {
    const progress: OpenNodeOptions['progress'] = (words) => {
      door.tell(words)
      logger.info(words.en)
    }
    return await openNode({ ...options, progress })
  } finally {
    await door.close()
  }
}

const MAINTENANCE_HOURS = 24

/** A clerk may hand in a package of gigabytes. */
const HANDING_IN_MS = 600_000

const CUSTODIANS: ReadonlySet<string> = new Set(['notary', 'forensic', 'court'])

/** Notaries and forensic institutes keep packages; a court keeps the case index. */
async function custodianOf({ home, configuration, keys, ledger }: OpenNode, { logger }: OpenNodeOptions) {
  const me = ledger.policy.members.find(({ id }) => id === configuration.member)
  if (me === undefined || !CUSTODIANS.has(me.role)) return null
  const custodian = await openCustodian({
    ledger,
    folder: homeLayout(home).custody,
    actor: actorOf(keys.ledger.gateway.publicKey),
    boxKey: keys.box.privateKey,
    onError: (error, what) => logger.warn({ err: error, what }, 'a duty of custody waits'),
  })
  custodian.start()
  return custodian
}
