/** The built pages: the officers' workbench, the light verification page, the one-file verifier with our policy in it. */
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { type Bytes, digest, fromUtf8, toHex, utf8 } from '@mingzheng/kernel'
import { fillVerifierPage, type TrustPolicy } from '@mingzheng/proof'
import type { FastifyInstance, FastifyReply } from 'fastify'

export interface WebPages {
  /** SHA-256 of the verifier as offered here; null when it is not built. */
  verifierSha256(): string | null
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
}

/**
 * Pages and their parts are outside the limit of requests: one opening of the workbench asks for dozens of them, many
 * officers sit behind one address, and a part that was refused leaves a blank page.
 */
const UNLIMITED = { config: { rateLimit: false as const } }

/** The gzip'd twin that the build wrote beside a text, for a browser that takes it. */
async function packedOf(file: string, accepted: string | string[] | undefined): Promise<string | null> {
  if (!/\bgzip\b/.test(String(accepted ?? ''))) return null
  const info = await stat(`${file}.gz`).catch(() => null)
  return info?.isFile() === true ? `${file}.gz` : null
}

export async function registerWebPages(
  app: FastifyInstance,
  options: { web: string; verifier: string; policies: () => readonly TrustPolicy[] },
): Promise<WebPages> {
  const built = await readFile(join(options.verifier, 'index.html')).catch(() => null)
  let filled: { policies: readonly TrustPolicy[]; page: Bytes; sha256: string } | null = null
  /** The offline verifier with the policies of the moment in it. */
  const verifier = () => {
    const policies = options.policies()
    if (built !== null && filled?.policies !== policies) {
      const page = utf8(fillVerifierPage(fromUtf8(new Uint8Array(built)), [...policies]))
      filled = { policies, page, sha256: toHex(digest('sha256', page)) }
    }
    return filled
  }

  const sendPage = async (reply: FastifyReply, name: string) => {
    const html = await readFile(join(options.web, name)).catch(() => null)
    if (html === null)
      return reply.code(503).type('text/plain; charset=utf-8').send('the pages are not built: npm run build')
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html)
  }
  app.get('/verifier.html', UNLIMITED, (_request, reply) => {
    const page = verifier()?.page
    if (page === undefined) return reply.code(404).send()
    return reply
      .type('text/html; charset=utf-8')
      .header('content-disposition', 'attachment; filename="mingzheng-verifier.html"')
      .header('cache-control', 'no-cache')
      .send(Buffer.from(page))
  })
  app.get('/verify', UNLIMITED, (_request, reply) => sendPage(reply, 'verify.html'))
  app.get('/verify/:number', UNLIMITED, (_request, reply) => sendPage(reply, 'verify.html'))
  app.get<{ Params: { '*': string } }>('/*', UNLIMITED, async (request, reply) => {
    const path = normalize(request.params['*'])
    if (path.startsWith('..') || path.includes('\0')) return reply.code(404).send()
    const file = join(options.web, path)
    const info = path === '.' || path === '' ? null : await stat(file).catch(() => null)
    if (info?.isFile()) {
      // Built assets carry a digest in their name and never change.
      const cache = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
      reply
        .type(TYPES[extname(path)] ?? 'application/octet-stream')
        .header('cache-control', cache)
        .header('vary', 'accept-encoding')
      const packed = await packedOf(file, request.headers['accept-encoding'])
      if (packed !== null) return reply.header('content-encoding', 'gzip').send(createReadStream(packed))
      return reply.send(createReadStream(file))
    }
    if (path.startsWith('api/') || path.startsWith('assets/') || extname(path) !== '') return reply.callNotFound()
    return sendPage(reply, 'index.html')
  })
  return { verifierSha256: () => verifier()?.sha256 ?? null }
}
