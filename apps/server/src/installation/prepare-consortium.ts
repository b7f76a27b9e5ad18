/**
 * What a consortium needs to know of the platform that joins it: the roots of its authorities, and where its own log ended.
 * Run while no server runs; it changes nothing but that everything accepted is fixed.
 */

import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { writeWhole } from '@mingzheng/evidence'
import { DEMO_ORGANISATION } from '@mingzheng/identity'
import { type Clock, utf8 } from '@mingzheng/kernel'
import { hasEmbeddedLedger, openEmbeddedLedger } from '../compose/open-ledger.ts'
import type { Configuration } from '../configuration.ts'
import { openInstallation } from './installation.ts'
import { readTimestampRoots } from './timestamp-roots.ts'
import { trustOwnLedger } from './trust-own-ledger.ts'

/** The installation of a configuration. */
export async function installationOf(configuration: Configuration, clock: Clock) {
  return openInstallation({
    folder: join(configuration.data, 'installation'),
    clock,
    province: configuration.province,
    host: configuration.publicUrl === null ? null : new URL(configuration.publicUrl).hostname,
    demo: configuration.demo,
    organisation: configuration.demo
      ? DEMO_ORGANISATION
      : (configuration.organisation ?? { zh: '市场监督管理机构', en: 'Market regulation authority' }),
    token: configuration.token,
    timestampRoots:
      configuration.timestampRootsFile === null ? [] : await readTimestampRoots(configuration.timestampRootsFile),
  })
}

/** Writes the answer to `file` as JSON. */
export async function prepareConsortium(
  configuration: Configuration,
  clock: Clock,
  elapsed: () => number,
  file: string,
): Promise<void> {
  const installation = await installationOf(configuration, clock)
  try {
    const { policy, origin } = installation
    await trustOwnLedger(configuration.data, policy)
    const previous = hasEmbeddedLedger(configuration.data)
      ? await lastCheckpoints({ configuration, installation, clock, elapsed })
      : null
    const [host, province] = origin.split('/')
    const answer = {
      host,
      province,
      demo: policy.demo,
      organisation: installation.organisation,
      certificateRoots: policy.certificateRoots,
      timestampRoots: policy.timestampRoots,
      previous,
    }
    await writeWhole(file, utf8(`${JSON.stringify(answer, null, 2)}\n`))
  } finally {
    await installation.close()
  }
}

const LOOK_MS = 100

async function lastCheckpoints(options: Parameters<typeof openEmbeddedLedger>[0]) {
  const ledger = await openEmbeddedLedger(options)
  try {
    while ((await ledger.status()).waiting > 0) await pause(LOOK_MS)
    return { sha256: await ledger.checkpoint('sha256'), sm3: await ledger.checkpoint('sm3') }
  } finally {
    await ledger.close()
  }
}
