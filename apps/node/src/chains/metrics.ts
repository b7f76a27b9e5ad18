/** Prometheus metrics of the ledgers that this one follows. */
import type { ChainState } from './relay.ts'

const STATES = ['followed', 'behind', 'unreached', 'unsigned', 'inconsistent', 'equivocated', 'retired'] as const

export function chainMetrics(states: readonly ChainState[]): string {
  if (states.length === 0) return ''
  // An origin may hold what a label must not.
  const label = (text: string) => text.replace(/[\\"\n]/g, '_')
  const lines = [
    '# HELP mingzheng_chain_state Another ledger that this one follows: 1 for the state that it is in.',
    '# TYPE mingzheng_chain_state gauge',
    ...states.flatMap(({ origin, state }) =>
      STATES.map((one) => `mingzheng_chain_state{origin="${label(origin)}",state="${one}"} ${one === state ? 1 : 0}`),
    ),
    '# HELP mingzheng_chain_entries_seen Entries of its newest believed checkpoint that was seen.',
    '# TYPE mingzheng_chain_entries_seen gauge',
    ...states.flatMap(({ origin, seen }) =>
      seen === null ? [] : `mingzheng_chain_entries_seen{origin="${label(origin)}"} ${seen}`,
    ),
  ]
  return `${lines.join('\n')}\n`
}
