import { createServer } from 'node:net'

/** Whether nothing listens on a port of an address yet. */
export function portIsFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** A port of the loopback address that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}

/** The first of two neighbouring loopback ports that are free now: the server takes one for pages and the next for replays. */
export async function freePortPair(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (port < 65535 && (await portIsFree(port + 1, '127.0.0.1'))) return port
  }
}
