/** Officers' key certificates follow the people: looked after at the start and whenever people change. */
import { certifyOfficers, type IdentityTables } from '@mingzheng/identity'
import type { Clock } from '@mingzheng/kernel'
import type { Database } from '@mingzheng/storage'
import type { Logger } from 'pino'
import type { Installation } from '../installation/installation.ts'

export interface OfficerCertificatesOptions {
  database: Database<IdentityTables>
  installation: Pick<Installation, 'authority' | 'keys'>
  clock: Clock
  logger: Logger
}

export interface OfficerCertificates {
  /** Looks again, after what is under way. */
  look(): void
  stop(): Promise<void>
}

export function keepOfficersCertified(options: OfficerCertificatesOptions): OfficerCertificates {
  const { database, installation, clock, logger } = options
  let turn: Promise<void> = Promise.resolve()
  let waiting = false
  let stopped = false

  async function once(): Promise<void> {
    waiting = false
    if (stopped) return
    const db = database.system
    // The authority is the first organisation's; the demo's second one stands for somebody else's installation.
    const first = db.selectFrom('organisation').select('id').orderBy('created_at').orderBy('id').limit(1)
    const organisation = await first.executeTakeFirst()
    if (organisation === undefined) return
    const { authority, keys } = installation
    const done = await certifyOfficers({ db, authority, keys, clock, organisationId: organisation.id })
    if (done.issued + done.revoked > 0) logger.info(done, 'officers’ certificates brought up to date')
  }
  return {
    look() {
      if (waiting || stopped) return
      waiting = true
      turn = turn.then(once).catch((error: unknown) => {
        logger.error({ err: error }, 'officers’ certificates could not be brought up to date')
      })
    },
    async stop() {
      stopped = true
      await turn
    },
  }
}
