/** The same bytes at many addresses are no listing: what a site serves to crawlers it does not want. Bounded. */

const MANY = 5
const MOST_HOSTS = 1000
const MOST_BODIES = 5000

export interface Decoys {
  /** Whether so many other addresses of the host gave these bytes. */
  seen(origin: string, body: string, address: string): boolean
}

export function createDecoys(): Decoys {
  const hosts = new Map<string, Map<string, Set<string>>>()
  return {
    seen(origin, body, address) {
      let bodies = hosts.get(origin)
      if (bodies === undefined) {
        if (hosts.size >= MOST_HOSTS) hosts.delete(hosts.keys().next().value!)
        bodies = new Map()
        hosts.set(origin, bodies)
      }
      let addresses = bodies.get(body)
      if (addresses === undefined) {
        if (bodies.size >= MOST_BODIES) bodies.delete(bodies.keys().next().value!)
        addresses = new Set()
        bodies.set(body, addresses)
      }
      if (addresses.size < MANY) addresses.add(address)
      return addresses.size >= MANY
    },
  }
}
