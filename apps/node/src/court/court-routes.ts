/** The court's pages over HTTP: sign-in by the node's own passphrase, forms, results. Nothing runs in the browser. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Clock, fromUtf8, parseCertificateNumber, randomBytes, toHex } from '@mingzheng/kernel'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { CourtDesk } from './court-desk.ts'
import { CourtJobs } from './court-jobs.ts'
import {
  type CaseLine,
  casePage,
  formPage,
  type PageContext,
  resultPage,
  saidPage,
  signInPage,
  workingPage,
} from './court-pages.ts'
import { COURT_STYLE } from './court-style.ts'
import { openUpload, receiveUpload } from './uploaded-file.ts'

export interface CourtRouteParts {
  desk: CourtDesk
  /** For files handed in while they are checked. */
  folder: string
  /** What a clerk enters to sign in. */
  passphrase: string
  member: PageContext['member']
  /** Of the log that this court keeps. */
  origin: string
  clock: Clock
  elapsed: () => number
  onError(error: unknown): void
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}
const COOKIE = 'mingzheng-court'
const SESSION_MS = 12 * 3_600_000
const MOST_SESSIONS = 1000
const TRIES_A_MINUTE = 10
const MOST_OF_A_CASE = 200
const UPLOAD_MS = 600_000

/** Mounts the pages; the answer ends what is under way. */
export function courtRoutes(app: FastifyInstance, parts: CourtRouteParts): { stop(): Promise<void> } {
  const { desk, elapsed } = parts
  const jobs = new CourtJobs(desk, parts.onError)
  const sessions = new Map<string, number>()
  const wanted = sha256(parts.passphrase)
  let tries: number[] = []

  const context = (request: FastifyRequest): PageContext => {
    const asked = (request.query as Record<string, unknown>).lang
    const accepts = request.headers['accept-language'] ?? ''
    const language = asked === 'en' || asked === 'zh' ? asked : /^\s*en/i.test(accepts) ? 'en' : 'zh'
    const path = request.method === 'GET' ? (request.url.split('?')[0] ?? '/court') : '/court'
    return {
      language,
      other: `${path}?lang=${language === 'zh' ? 'en' : 'zh'}`,
      member: parts.member,
      origin: parts.origin,
      now: parts.clock.now(),
    }
  }
  const show = (reply: FastifyReply, page: string, status = 200) => reply.code(status).headers(HEADERS).send(page)
  const signedIn = (request: FastifyRequest) => {
    const token = new RegExp(`(?:^|;\\s*)${COOKIE}=([0-9a-f]{64})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1]
    return token !== undefined && (sessions.get(token) ?? 0) > elapsed()
  }
  const field = (request: FastifyRequest, name: string): string => {
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array(0)
    try {
      return (new URLSearchParams(fromUtf8(new Uint8Array(body))).get(name) ?? '').trim().slice(0, 200)
    } catch {
      return ''
    }
  }

  /** Takes a form with a file and begins to check it; answers the job. */
  async function handedIn(body: unknown, type: string): Promise<string | null> {
    if (!(body instanceof Readable)) return null
    await mkdir(parts.folder, { recursive: true, mode: 0o700 })
    const path = join(parts.folder, `${toHex(randomBytes(8))}.form`)
    await receiveUpload(body, path, AbortSignal.timeout(UPLOAD_MS))
    const file = await openUpload(path, type)
    if (file === null || file.source.size === 0) {
      await file?.close()
      await rm(path, { force: true })
      return null
    }
    const remove = async () => {
      await file.close()
      await rm(path, { force: true })
    }
    const work = (signal: AbortSignal) => desk.checkFile(file.source, '—', signal).finally(remove)
    const job = jobs.beginFile('—', work)
    if (job === null) await remove()
    return job?.id ?? null
  }

  app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      const { origin, host } = request.headers
      if (request.method !== 'GET' && origin !== undefined && origin !== 'null' && URL.parse(origin)?.host !== host) {
        return show(reply, saidPage(context(request), 'gone'), 403)
      }
      const path = request.url.split('?')[0]
      if (path === '/court/style.css' || path === '/court/sign-in' || signedIn(request)) return
      return show(reply, signInPage(context(request), null), 401)
    })
    scope.get('/court/style.css', (_request, reply) =>
      reply.header('content-type', 'text/css; charset=utf-8').header('cache-control', 'max-age=3600').send(COURT_STYLE),
    )
    scope.get('/court/sign-in', (request, reply) => show(reply, signInPage(context(request), null)))
    scope.post('/court/sign-in', (request, reply) => {
      const now = elapsed()
      tries = tries.filter((at) => now - at < 60_000)
      if (tries.length >= TRIES_A_MINUTE) return show(reply, signInPage(context(request), 'tooOften'), 429)
      if (!timingSafeEqual(sha256(field(request, 'passphrase')), wanted)) {
        tries.push(now)
        return show(reply, signInPage(context(request), 'signInWrong'), 401)
      }
      for (const [token, until] of sessions) if (until <= now || sessions.size >= MOST_SESSIONS) sessions.delete(token)
      const token = toHex(randomBytes(32))
      sessions.set(token, now + SESSION_MS)
      reply.header('set-cookie', `${COOKIE}=${token}; Path=/court; HttpOnly; SameSite=Strict`)
      return reply.redirect(`/court?lang=${context(request).language}`, 303)
    })
    scope.get('/court', (request, reply) => show(reply, formPage(context(request), null)))
    scope.post('/court/number', (request, reply) => {
      const number = numberOf(field(request, 'number'))
      if (number === null) return show(reply, formPage(context(request), 'numberWrong'), 400)
      const job = jobs.begin(number)
      if (job === null) return show(reply, saidPage(context(request), 'tooOften'), 429)
      return reply.redirect(`/court/result/${job.id}?lang=${context(request).language}`, 303)
    })
    scope.addContentTypeParser('multipart/form-data', (_request, body, done) => done(null, body))
    scope.post('/court/file', async (request, reply) => {
      const type = request.headers['content-type'] ?? ''
      const id = await handedIn(request.body, type)
      if (id === null) return show(reply, formPage(context(request), 'fileWrong'), 400)
      return reply.redirect(`/court/result/${id}?lang=${context(request).language}`, 303)
    })
    scope.get<{ Params: { id: string } }>('/court/result/:id/cross-chain.json', (request, reply) => {
      const file = jobs.get(request.params.id)?.answer?.foreign?.record?.file
      if (file === undefined) return show(reply, saidPage(context(request), 'gone'), 404)
      const headers = { ...HEADERS, 'content-type': 'application/json; charset=utf-8' }
      reply.headers({ ...headers, 'content-disposition': 'attachment; filename="cross-chain.json"' })
      return reply.send(Buffer.from(file))
    })
    scope.get<{ Params: { id: string } }>('/court/result/:id', (request, reply) => {
      const job = jobs.get(request.params.id)
      if (job === null) return show(reply, saidPage(context(request), 'gone'), 404)
      if (job.failed) return show(reply, saidPage(context(request), 'failedWork'), 502)
      if (job.answer === null) return show(reply, workingPage(context(request), job.number))
      return show(reply, resultPage(context(request), job.answer, job.id))
    })
    const cases = new Map<string, { name: string; jobs: { number: string; job: string }[] }>()
    scope.post('/court/case', async (request, reply) => {
      const name = field(request, 'case')
      const found = (await desk.caseOf(name)).slice(0, MOST_OF_A_CASE)
      const begun = found.flatMap(({ number }) => {
        const job = jobs.begin(number)
        return job === null ? [] : [{ number, job: job.id }]
      })
      const id = toHex(randomBytes(16))
      cases.set(id, { name, jobs: begun })
      const oldest = cases.keys().next()
      if (cases.size > 100 && oldest.value !== undefined) cases.delete(oldest.value)
      return reply.redirect(`/court/case/${id}?lang=${context(request).language}`, 303)
    })
    scope.get<{ Params: { id: string } }>('/court/case/:id', (request, reply) => {
      const found = cases.get(request.params.id)
      if (found === undefined) return show(reply, saidPage(context(request), 'gone'), 404)
      const lines = found.jobs.map(({ number, job }): CaseLine => {
        const known = jobs.get(job)
        return { number, job, answer: known?.answer ?? null, failed: known?.failed ?? true }
      })
      return show(reply, casePage(context(request), found.name, lines))
    })
  })
  return { stop: () => jobs.stop() }
}

/** The number as typed, in its one spelling; `null` where it is none. */
function numberOf(text: string): string | null {
  try {
    return parseCertificateNumber(text.normalize('NFKC').replace(/\s+/g, '').toUpperCase())
  } catch {
    return null
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
