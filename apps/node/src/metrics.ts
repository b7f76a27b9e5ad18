/** Prometheus metrics of a node, text format 0.0.4. */
import type { Health } from './health.ts'
import type { OpenNode } from './run/open-node.ts'

export function metricsText(node: OpenNode, health: Health): string {
  const engine = node.engine.status()
  const lines: string[] = []
  type Values = readonly (readonly [labels: string, value: number])[]
  const family = (type: 'gauge' | 'counter') => (name: string, help: string, values: Values) => {
    lines.push(`# HELP mingzheng_${name} ${help}`, `# TYPE mingzheng_${name} ${type}`)
    for (const [labels, value] of values) lines.push(`mingzheng_${name}${labels} ${value}`)
  }
  const gauge = family('gauge')
  const counter = family('counter')
  gauge('ready', 'Whether everything works (1) or something stalls (0).', [['', health.state === 'ready' ? 1 : 0]])
  gauge('stalled', 'What stalls, by code.', health.state === 'ready' ? [] : [[`{reason="${health.state}"}`, 1]])
  gauge('height', 'Height of the last block.', [['', health.height]])
  gauge('log_entries', 'Entries of the log.', [['', health.size]])
  gauge('log_entries_witnessed', 'Entries under the newest witnessed checkpoint.', [['', health.witnessedSize]])
  gauge('items_waiting', 'Items accepted and not yet witnessed.', [['', health.waiting]])
  gauge('transactions_waiting', 'Transactions that wait to be ordered.', [['', engine.waiting]])
  gauge('votes', 'Votes of members that are connected, that answer as well, needed, in all.', [
    ['{kind="here"}', engine.votes.here],
    ['{kind="heard"}', engine.votes.heard],
    ['{kind="needed"}', engine.votes.needed],
    ['{kind="all"}', engine.votes.all],
  ])
  counter('engine_restarts_total', 'Starts of CometBFT after the first.', [['', engine.restarts]])
  gauge('engine_bytes', 'Bytes of the blocks and states that CometBFT keeps.', [['', node.engine.bytes]])
  gauge(
    'peer_connected',
    'Whether the engine of another member is connected.',
    engine.peers.map(({ member, connected }) => [`{member="${member}"}`, connected ? 1 : 0]),
  )
  gauge('disk_free_bytes', 'Free bytes where the home is.', [['', health.freeBytes]])
  gauge('disk_alarm_bytes', 'Free bytes below which the disk is nearly full.', [['', health.alarmBytes]])
  gauge('resident_memory_bytes', 'Resident memory of the node.', [['', process.memoryUsage.rss()]])
  return `${lines.join('\n')}\n`
}
