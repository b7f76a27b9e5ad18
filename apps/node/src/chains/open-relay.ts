/** The relay of a node. */
import { readAt } from '../http/peers.ts'
import type { OpenNode, OpenNodeOptions } from '../run/open-node.ts'
import { ChainRelay } from './relay.ts'

const POLL_MS = 10_000
const EVERY_MS = 60_000

export function openRelay(
  { ledger, configuration }: Pick<OpenNode, 'ledger' | 'configuration'>,
  { clock, elapsed, logger }: Pick<OpenNodeOptions, 'clock' | 'elapsed' | 'logger'>,
): ChainRelay {
  const { pollMs = POLL_MS, everyMs = EVERY_MS } = configuration.chains ?? {}
  return new ChainRelay({ ledger, member: configuration.member, clock, elapsed, logger, readAt, pollMs, everyMs })
}
