/**
 * `completeness`: a site that logs every payload it sent and every body it received is captured; the archive must hold
 * each of them, every WebSocket message and every refusal.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { capture, checkWacz, chooseBrowser, readArchive } from '@mingzheng/evidence'
import { isRefusal, systemClock } from '@mingzheng/kernel'
import { compareWithSent } from './completeness-site/compare.ts'
import { openCompletenessSite } from './completeness-site/site.ts'
import type { BenchResult, Figure } from './result/result.ts'

export async function run(): Promise<BenchResult> {
  const configured = process.env.MINGZHENG_CHROMIUM
  const browser = await chooseBrowser(configured === undefined ? {} : { configured })
  if (isRefusal(browser)) throw new Error(browser.detail)
  const site = await openCompletenessSite()
  const out = await mkdtemp(join(tmpdir(), 'mingzheng-completeness-'))
  try {
    const result = await capture({
      urls: [site.url],
      out,
      browser,
      clock: systemClock,
      allow: (host, port) => (host === 'localhost' || host === 'other.test') && site.ports.includes(port),
      resolver: async (name) => (name === 'nowhere.test' ? [] : ['127.0.0.1']),
      dnsServers: [],
    })
    if (isRefusal(result)) throw new Error(result.detail)
    const path = join(out, 'data', 'capture.wacz')
    const found = compareWithSent(site.sent, await readArchive(path), ['/refused', 'nowhere.test'])
    const check = await checkWacz(path)
    for (const line of [...found.missing, ...check.problems]) process.stderr.write(`missing: ${line}\n`)
    return {
      bench: 'completeness',
      figures: [
        share('answers with their true payload', found.answers.kept, 'sent', found.answers.sent),
        share('request bodies', found.bodies.kept, 'received', found.bodies.received),
        share('WebSocket messages', found.messages.kept, 'exchanged', found.messages.exchanged),
        share('refusals', found.refusals.kept, 'expected', found.refusals.expected),
        share('index and digests: problems', check.problems.length, 'allowed', 0),
      ],
    }
  } finally {
    await site.close()
    await rm(out, { recursive: true, force: true })
  }
}

function share(name: string, value: number, reference: string, whole: number): Figure {
  return {
    name,
    value,
    unit: '',
    reference: { name: reference, value: whole },
    ratio: whole === 0 ? null : value / whole,
    target: whole === 0 ? 'none' : 'all',
    met: value === whole,
  }
}
