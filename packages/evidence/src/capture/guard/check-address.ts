/** Reads an address that a person pasted, before anything is opened. */
import { isIP } from 'node:net'
import { type Refusal, refuse } from '@mingzheng/kernel'
import { closedNetwork } from './closed-network.ts'
import { lookalike } from './lookalike.ts'

export type AddressProblem = 'address-malformed' | 'address-scheme' | 'address-userinfo' | 'address-private'

export interface CheckedAddress {
  kind: 'address'
  /** The address as a browser spells it. */
  url: string
  /** Host without the brackets of IPv6. */
  host: string
  port: number
  /** Why a reader could take the host for another, in words; `null` when not. */
  lookalike: string | null
}

const LONGEST_ADDRESS = 8192

/**
 * The address as a browser would open it. Refused by name: what is no address, schemes other than http and https
 * (`file:` and `javascript:` among them), user names and passwords, hosts that are private by their spelling and that
 * `allow` does not open. Names that only resolve to private addresses are refused at each connection by the guard.
 */
export function checkAddress(
  text: string,
  allow: (host: string, port: number) => boolean = () => false,
): CheckedAddress | Refusal<AddressProblem> {
  const trimmed = text.trim()
  if (trimmed.length > LONGEST_ADDRESS)
    return refuse('address-malformed', 'the address is longer than 8,192 characters')
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(trimmed)?.[1]?.toLowerCase()
  const remedy = 'give an address that begins with https:// or http://'
  // `example.com:8080` reads as a scheme; only what is followed by a slash or is no host name counts as one.
  if (scheme === undefined || /^[^/]*\.[^/]*:\d/.test(trimmed)) {
    return refuse('address-malformed', 'the address does not say https:// or http://', { remedy })
  }
  if (scheme !== 'http' && scheme !== 'https') {
    return refuse('address-scheme', `addresses of the kind ${scheme}: are not captured`, { remedy })
  }
  if (!URL.canParse(trimmed))
    return refuse('address-malformed', 'this is no address that a browser can open', { remedy })
  const url = new URL(trimmed)
  if (url.username !== '' || url.password !== '') {
    return refuse('address-userinfo', 'the address carries a user name or password before @', {
      remedy: 'leave it out; sign in within the live browser instead',
    })
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const closed = closedByName(host)
  if (closed !== null && !allow(host, port)) {
    return refuse('address-private', `${host} is in a closed network (${closed})`, {
      remedy: 'private networks are closed to captures; a deployment may open exactly this host and port',
    })
  }
  return { kind: 'address', url: url.href, host, port, lookalike: lookalike(trimmed, host) }
}

function closedByName(host: string): string | null {
  if (isIP(host) !== 0) return closedNetwork(host)
  return /(^|\.)localhost\.?$/.test(host) ? 'loopback' : null
}
