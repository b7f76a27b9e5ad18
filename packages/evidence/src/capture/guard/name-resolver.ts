/** Who turns names into addresses for the guard. A parameter, so that tests can answer like a rebinding attacker. */
import { lookup } from 'node:dns/promises'

/** Addresses of a name (IPv4 or IPv6 text), best first; an empty list or a throw when there are none. */
export type NameResolver = (name: string) => Promise<string[]>

/** The system's resolver, hosts file included. */
export const systemResolver: NameResolver = async (name) =>
  (await lookup(name, { all: true, verbatim: true })).map((answer) => answer.address)
