/**
 * The only way out for fetches: names are resolved here, closed networks are left out of the answers, and what was checked is what
 * is dialled, so that neither redirects nor DNS rebinding lead inside. Follows the guard of captures (decision 0050).
 */
import { isIP, type LookupFunction } from 'node:net'
import { checkAddress, closedNetwork, type NameResolver, systemResolver } from '@mingzheng/evidence'
import { Failure, isRefusal } from '@mingzheng/kernel'
import { Agent } from 'undici'

export interface GuardedAgentOptions {
  /** Private destinations that this deployment opens. */
  readonly allow: (host: string, port: number) => boolean
  readonly resolver?: NameResolver
  readonly connectMs?: number
}

export interface GuardedAgent {
  readonly agent: Agent
  /** Why an address may not be asked, or `null`. */
  refusal(url: string): string | null
  close(): Promise<void>
}

const MOST_CONNECTIONS = 64

export function openGuardedAgent(options: GuardedAgentOptions): GuardedAgent {
  const { allow, resolver = systemResolver, connectMs = 10_000 } = options
  const openNames = new Set<string>()
  const lookup: LookupFunction = (name, { all }, callback) => {
    resolver(name).then(
      (answers) => {
        const usable = answers.filter((address) => isIP(address) !== 0)
        const dialable = openNames.has(name) ? usable : usable.filter((address) => closedNetwork(address) === null)
        if (dialable.length === 0) {
          const closed = usable.length > 0
          const words = closed ? `${name} leads into a closed network` : `${name} has no address`
          return callback(new Failure(closed ? 'address-private' : 'name-not-found', words), '', 4)
        }
        if (all === true) callback(null, dialable.map((address) => ({ address, family: isIP(address) })) as never)
        else callback(null, dialable[0]!, isIP(dialable[0]!))
      },
      () => callback(new Failure('name-not-found', `${name} has no address`), '', 4),
    )
  }
  const agent = new Agent({
    connect: { lookup, timeout: connectMs },
    connections: MOST_CONNECTIONS,
    keepAliveTimeout: 10_000,
    bodyTimeout: 0,
    headersTimeout: 0,
    maxHeaderSize: 65_536,
  })
  return {
    agent,
    refusal(url) {
      const checked = checkAddress(url, allow)
      if (isRefusal(checked)) return checked.detail
      if (allow(checked.host, checked.port)) openNames.add(checked.host)
      return null
    },
    close: () => agent.destroy(),
  }
}
