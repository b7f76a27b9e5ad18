/** Small pieces of work on a platform, and waiting for what becomes of them. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { addressOf, type CaptureJobView, type Client, createClient, ProblemError } from '@mingzheng/api'
import type { Report } from '@mingzheng/proof'
import { verifyCommand } from '@mingzheng/verifier'
import type { Platform } from '../platform/start-platform.ts'

export interface Worker {
  officer: Client
  cookie: string
  api: Client
  key: string
}

export async function hireWorker(platform: Platform): Promise<Worker> {
  const security = await platform.signIn('security')
  const { secret: key } = await security.client.call('apiKeys.add', { body: { name: 'faults', expiresAt: null } })
  const { client: officer, cookie } = await platform.signIn('officer')
  return { officer, cookie, key, api: createClient(platform.url, fetch, { authorization: `Bearer ${key}` }) }
}

let made = 0
export const freshDigest = () => createHash('sha256').update(`fault ${process.pid} ${made++}`).digest('hex')

export const isProblem = (code: string) => (error: unknown) => {
  assert.ok(error instanceof ProblemError)
  assert.equal(error.problem.code, code)
  return true
}

/** Looks until `look` gives something; what is not available meanwhile is asked again. */
export async function until<T>(what: string, look: () => Promise<T | null | undefined | false>, limitMs = 60_000) {
  const limit = performance.now() + limitMs
  for (;;) {
    // A look that hangs must name what it was for, too.
    const late = pause(limitMs, null, { ref: false })
    const found = await Promise.race([look(), late]).catch((error: unknown) => {
      if (error instanceof ProblemError && [503, 507].includes(error.problem.status)) return null
      throw error
    })
    if (found !== null && found !== undefined && found !== false) return found
    assert.ok(performance.now() < limit, `never: ${what}`)
    await pause(100)
  }
}

export async function askCapture(worker: Worker, platform: Platform): Promise<string> {
  const asked = await worker.officer.call('captures.request', { body: { urls: [`${platform.market}/item/1001`] } })
  return asked.captures[0]!.id
}

export const stepOf = (job: CaptureJobView, name: string) => job.steps.find((step) => step.name === name)!

export function captureEnd(worker: Worker, id: string): Promise<CaptureJobView> {
  return until(`the end of capture ${id}`, async () => {
    const job = await worker.officer.call('captures.read', { params: { id } })
    return ['done', 'cancelled', 'failed'].includes(job.state) && job
  })
}

/** Until a preservation is fixed. */
export async function fixed(worker: Worker, id: string) {
  return until(`preservation ${id} fixed`, async () => {
    const seen = await worker.api.call('preservations.read', { params: { id }, query: { wait: 5 } })
    return seen.standing.state === 'witnessed' && seen
  })
}

/** The report on the package of a number, downloaded and verified offline under the pinned policy of this installation. */
export async function verifiedPackage(platform: Platform, worker: Worker, number: string, folder: string) {
  const address = platform.url + addressOf('evidence.package', { params: { number } })
  const answer = await fetch(address, { headers: { cookie: worker.cookie } })
  assert.equal(answer.status, 200)
  const file = join(folder, `${number}.zip`)
  const policy = join(folder, 'policy.json')
  await writeFile(file, new Uint8Array(await answer.arrayBuffer()))
  const pinned = await fetch(`${platform.url}/api/public/policy.json`)
  await writeFile(policy, new Uint8Array(await pinned.arrayBuffer()))
  const asked = { file, renewals: [], policies: [policy], trusted: [], json: true, language: 'en' as const }
  const { exitCode, output } = await verifyCommand({ ...asked, now: Date.now() })
  return { exitCode, report: JSON.parse(output) as Report }
}
