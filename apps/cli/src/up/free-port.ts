import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below those that systems hand out by themselves: nothing takes one by chance between the look and the start. */
const FIRST = 15_000
const COUNT = 17_000

/** Whether nothing listens on a port of an address yet. */
export function portIsFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** A port of the loopback address that is free now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + randomInt(COUNT)
    if (await portIsFree(port, '127.0.0.1')) return port
  }
}

/** The first of two neighbouring loopback ports that are free now: the server takes one for pages and the next for replays. */
export async function freePortPair(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (await portIsFree(port + 1, '127.0.0.1')) return port
  }
}
