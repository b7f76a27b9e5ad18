import { readFileSync } from 'node:fs'
import type { ServerOptions } from 'node:http'
import type { Configuration } from '../configuration.ts'

/** For `fastify(...)`: `server` under the certificate that the configuration names, or without. */
export function tlsOptions(tls: Configuration['tls'], server: ServerOptions = {}) {
  if (tls === null) return { http: server }
  return { https: { ...server, cert: readFileSync(tls.certificateFile), key: readFileSync(tls.keyFile) } }
}
