/** Certificate chains of the servers that answered by TLS, as the browser verified them. */
import { type Bytes, digest, toHex } from '@mingzheng/kernel'
import type { CdpSession } from '../browser/cdp.ts'
import type { TlsFacts } from './traffic/exchange.ts'

export interface ServerTls extends TlsFacts {
  /** `host` or `host:port`. */
  host: string
  origin: string
}

export interface ServerChain extends ServerTls {
  /** DER, leaf first; empty where the browser no longer had it. */
  chain: Bytes[]
  /** SHA-256 of the leaf, hexadecimal; `null` without a chain. */
  fingerprint: string | null
}

const MOST_HOSTS = 200

/** Asks the browser for the chain of each server. Never throws. */
export async function readChains(session: CdpSession, servers: readonly ServerTls[]): Promise<ServerChain[]> {
  return Promise.all(
    servers.slice(0, MOST_HOSTS).map(async (server) => {
      try {
        const { tableNames } = await session.send(
          'Network.getCertificate',
          { origin: server.origin },
          { timeoutMs: 3_000 },
        )
        const chain = tableNames.map((der) => new Uint8Array(Buffer.from(der, 'base64')))
        const leaf = chain[0]
        return { ...server, chain, fingerprint: leaf === undefined ? null : toHex(digest('sha256', leaf)) }
      } catch {
        return { ...server, chain: [], fingerprint: null }
      }
    }),
  )
}

/** A chain as PEM (RFC 7468). */
export function chainPem(chain: readonly Bytes[]): string {
  return chain
    .map((der) => {
      const lines =
        Buffer.from(der)
          .toString('base64')
          .match(/.{1,64}/g) ?? []
      return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
    })
    .join('')
}
