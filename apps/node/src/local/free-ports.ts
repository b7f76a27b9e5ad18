/** Ports of this machine that nobody listens on, for nodes that are started a moment later. */
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below those that systems hand out by themselves: nothing takes one between the look and the node's start by chance. */
const FIRST = 15_000
const COUNT = 17_000

/** `count` different ones. Two foundings at the same moment draw at random, and so hardly ever the same. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = FIRST + randomInt(COUNT)
    if (!ports.has(port) && (await isFree(port))) ports.add(port)
  }
  return [...ports]
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)))
  })
}
