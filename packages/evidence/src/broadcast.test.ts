import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBroadcast } from './broadcast.ts'

type Event = { kind: 'state'; n: number } | { kind: 'frame'; n: number }

async function collect(source: AsyncIterable<Event>): Promise<string[]> {
  const heard: string[] = []
  for await (const event of source) heard.push(`${event.kind}${event.n}`)
  return heard
}

test('who comes late hears the newest of each kind first', async () => {
  const broadcast = createBroadcast<Event>()
  broadcast.publish({ kind: 'frame', n: 1 })
  broadcast.publish({ kind: 'state', n: 1 })
  broadcast.publish({ kind: 'frame', n: 2 })
  broadcast.close()
  assert.deepEqual(await collect(broadcast.watch(new AbortController().signal)), ['frame2', 'state1'])
})

test('a slow watcher misses pictures but not the last state', async () => {
  const broadcast = createBroadcast<Event>()
  const heard = collect(broadcast.watch(new AbortController().signal))
  await new Promise((resolve) => setImmediate(resolve))
  for (let n = 0; n < 100; n++) broadcast.publish({ kind: 'frame', n })
  broadcast.publish({ kind: 'state', n: 7 })
  broadcast.close()
  assert.deepEqual((await heard).slice(-2), ['frame99', 'state7'])
})

test('a watcher that goes away is let go at once', async () => {
  const broadcast = createBroadcast<Event>()
  const gone = new AbortController()
  const heard = collect(broadcast.watch(gone.signal))
  await new Promise((resolve) => setImmediate(resolve))
  gone.abort()
  assert.deepEqual(await heard, [])
})
