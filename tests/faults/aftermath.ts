/** What must hold after any number of kills: asked of the server as a stranger would, then of its database at rest. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { addressOf, type CaptureJobView, type Client, createClient } from '@mingzheng/api'
import { type Bytes, equalBytes, fromBase64, toHex } from '@mingzheng/kernel'
import {
  decodeEntry,
  type Profile,
  parseEntryBundle,
  parsePolicy,
  parseSignedCheckpoint,
  TILE_WIDTH,
  tilePath,
  tileWidth,
  treeRoot,
  verifyReceipt,
} from '@mingzheng/proof'
import { openDatabase } from '@mingzheng/storage'
import { verifyCommand } from '@mingzheng/verifier'
import { sql } from 'kysely'
import { signInAt } from '../platform/start-platform.ts'
import type { KillReport } from './kill-rounds.ts'

export interface Aftermath {
  readonly receipts: number
  readonly entries: number
  readonly packages: number
  /** How each ended: its state, with the problem where there is one. */
  readonly captures: readonly string[]
}

export interface AftermathOptions {
  report: KillReport
  key: string
}

const PROFILES: readonly Profile[] = ['sha256', 'sm3']

/** Throws an assertion that names what was lost, doubled or half done. The server goes on running. */
export async function checkAftermath({ report, key }: AftermathOptions): Promise<Aftermath> {
  const { url } = report.server
  const api = createClient(url, fetch, { authorization: `Bearer ${key}` })
  const policyBytes = new Uint8Array(await (await fetch(`${url}/api/public/policy.json`)).arrayBuffer())
  const policy = parsePolicy(policyBytes)

  for (const { id, number, sha256 } of report.acknowledged) {
    const seen = await patiently(() => api.call('preservations.read', { params: { id }, query: { wait: 60 } }))
    assert.equal(seen.number, number, 'an acknowledged number changed')
    assert.equal(seen.sha256, sha256, 'an acknowledged digest changed')
    assert.equal(seen.standing.state, 'witnessed', `${number} was acknowledged and is not fixed`)
    const { entry, proof, proofSm3 } = seen.receipt!
    for (const [profile, text] of [
      ['sha256', proof],
      ['sm3', proofSm3],
    ] as const) {
      const verified = verifyReceipt({ entry: fromBase64(entry), proof: text, profile, policy })
      assert.equal(verified.quorumMet, true, `${number}: the ${profile} receipt does not verify`)
    }
  }

  // The session of before has ended where the kills took longer than one lasts without work.
  const { client: officer, cookie } = await signInAt(url, 'officer')
  const ends = []
  for (const id of report.captures) ends.push(await ended(officer, id))
  const packages = await checkEvidence(officer, url, cookie, policyBytes)
  const entries = await checkLog(url, report.checkpoints)
  const captures = ends.map(({ state, problem }) =>
    problem === null ? state : `${state}: ${problem.code}: ${problem.detail}`,
  )
  return { receipts: report.acknowledged.length, entries, packages, captures }
}

/** A request that is told to slow down slows down. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      const { code } = (error as { problem?: { code?: string } }).problem ?? {}
      if (code !== 'too-many-requests' || tries > 100) throw error
      await pause(1000)
    }
  }
}

async function ended(officer: Client, id: string): Promise<CaptureJobView> {
  const limit = performance.now() + 120_000
  for (;;) {
    const job = await patiently(() => officer.call('captures.read', { params: { id } }))
    if (['done', 'cancelled', 'failed'].includes(job.state)) return job
    assert.ok(performance.now() < limit, `capture ${id} was acknowledged and never ended: ${JSON.stringify(job.steps)}`)
    await pause(250)
  }
}

/** Every row that is visible as fixed has a package that verifies, in each of its editions. */
async function checkEvidence(officer: Client, url: string, cookie: string, policyBytes: Bytes): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'mingzheng-aftermath-'))
  try {
    const policy = join(folder, 'policy.json')
    await writeFile(policy, policyBytes)
    const { rows } = await officer.call('evidence.list', { query: {} })
    for (const { number, state } of rows) {
      if (state !== 'fixed') {
        const { problem } = await officer.call('evidence.read', { params: { number } })
        assert.fail(`${number} is visible and ${state}: ${problem?.code}: ${problem?.detail}`)
      }
      const answer = await fetch(url + addressOf('evidence.package', { params: { number } }), { headers: { cookie } })
      assert.equal(answer.status, 200)
      const file = join(folder, `${number}.zip`)
      await writeFile(file, new Uint8Array(await answer.arrayBuffer()))
      const asked = { file, renewals: [], policies: [policy], trusted: [], json: true, language: 'en' as const }
      const { exitCode, output } = await verifyCommand({ ...asked, now: Date.now() })
      assert.equal(exitCode, 0, `${number} does not verify: ${output.slice(0, 2000)}`)
    }
    return rows.length
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The log never shrank or forked: every checkpoint between kills is the root of the first entries of today's log. */
export async function checkLog(url: string, checkpoints: KillReport['checkpoints']): Promise<number> {
  const read = async (path: string) => new Uint8Array(await (await fetch(`${url}/log/${path}`)).arrayBuffer())
  const text = { sha256: await read('checkpoint'), sm3: await read('sm3/checkpoint') }
  const { size } = parseSignedCheckpoint(text.sha256).checkpoint
  const entries: Bytes[] = []
  for (let index = 0; index < Math.ceil(size / TILE_WIDTH); index++) {
    const width = tileWidth('entries', index, size)
    entries.push(...parseEntryBundle(await read(tilePath({ level: 'entries', index, width }))))
  }
  assert.equal(entries.length, size)
  const ids = entries.map((entry) => toHex(decodeEntry(entry).id))
  assert.equal(new Set(ids).size, ids.length, 'an item stands on the ledger twice')
  let before = 0
  for (const signed of [...checkpoints, text]) {
    for (const profile of PROFILES) {
      const { checkpoint } = parseSignedCheckpoint(signed[profile])
      if (profile === 'sha256') {
        assert.ok(checkpoint.size >= before, 'the log shrank')
        before = checkpoint.size
      }
      if (checkpoint.size > size) continue
      const root = treeRoot(profile, entries.slice(0, checkpoint.size))
      assert.ok(equalBytes(root, checkpoint.root), `the log of size ${checkpoint.size} was another (${profile})`)
    }
  }
  return size
}

/** Numbers, looked at in the database of a stopped server: from 1, each once, none left out. */
export async function checkNumbers(data: string): Promise<number> {
  const database = await openDatabase({ source: { folder: join(data, 'postgres') } })
  try {
    const { rows } = await sql<{ number: string }>`
      select number from preservation union all select number from evidence
      union all select number from derived_package`.execute(database.system)
    const serials = rows.map(({ number }) => Number(number.split('-')[3])).sort((a, b) => a - b)
    assert.deepEqual(
      serials,
      serials.map((_, i) => i + 1),
      'certificate numbers have a gap or a repeat',
    )
    const { rows: halves } = await sql<{ number: string }>`
      select number from evidence where state = 'fixed' and not exists (
        select from evidence_edition where evidence_edition.number = evidence.number
          and evidence_edition.edition = evidence.edition)`.execute(database.system)
    assert.deepEqual(halves, [], 'evidence is fixed without its edition')
    return serials.length
  } finally {
    await database.close()
  }
}
