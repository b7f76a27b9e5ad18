/** Prometheus metrics of a node, text format 0.0.4. */
import type { Health } from './health.ts'
import type { OpenNode } from './run/open-node.ts'

export function metricsText(node: OpenNode, health: Health): string {
  const engine = node.engine.status()
  const lines: string[] = []
  const gauge = (name: string, help: string, values: readonly (readonly [labels: string, value: number])[]) => {
    lines.push(`# HELP mingzheng_${name} ${help}`, `# TYPE mingzheng_${name} gauge`)
    for (const [labels, value] of values) lines.push(`mingzheng_${name}${labels} ${value}`)
  }
  gauge('ready', 'Whether everything works (1) or something stalls (0).', [['', health.state === 'ready' ? 1 : 0]])
  gauge('stalled', 'What stalls, by code.', health.state === 'ready' ? [] : [[`{reason="${health.state}"}`, 1]])
  gauge('height', 'Height of the last block.', [['', health.height]])
  gauge('log_entries', 'Entries of the log.', [['', health.size]])
  gauge('log_entries_witnessed', 'Entries under the newest witnessed checkpoint.', [['', health.witnessedSize]])
  gauge('items_waiting', 'Items accepted and not yet witnessed.', [['', health.waiting]])
  gauge('transactions_waiting', 'Transactions that wait to be ordered.', [['', engine.waiting]])
  gauge('votes', 'Votes present, needed, in all.', [
    ['{kind="here"}', engine.votes.here],
    ['{kind="needed"}', engine.votes.needed],
    ['{kind="all"}', engine.votes.all],
  ])
  gauge('engine_restarts', 'Starts of CometBFT after the first.', [['', engine.restarts]])
  gauge(
    'peer_connected',
    'Whether the engine of another member is connected.',
    engine.peers.map(({ member, connected }) => [`{member="${member}"}`, connected ? 1 : 0]),
  )
  gauge('disk_free_bytes', 'Free bytes where the home is.', [['', health.freeBytes]])
  gauge('memory_bytes', 'Resident memory of the node.', [['', process.memoryUsage.rss()]])
  return `${lines.join('\n')}\n`
}
