/**
 * `pyramid`: referrals of 2,000,000 participants, 3,000 levels deep, with fees and rewards, in no order, judged by the model; the
 * reference is the time that only reading the fields of the same lines into a map takes.
 */
import { type PanelLine, panelModels } from '@mingzheng/monitoring'
import type { BenchResult } from './result/result.ts'

const PARTICIPANTS = 2_000_000
const LEVELS = 3000

export async function run(): Promise<BenchResult> {
  const model = panelModels.find(({ behaviour }) => behaviour === 'pyramid-selling')
  if (model === undefined) throw new Error('no model of pyramid selling')
  const cpu = process.cpuUsage()
  const started = performance.now()
  const panel = model.open()
  let number = 0
  for (const line of referrals()) panel.add(line, number++)
  const read = performance.now() - started
  const findings = panel.conclude('2026-11-11')
  const took = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  const bare = reference()
  const peak = process.resourceUsage().maxRSS / 1024
  const leads = [...findings.values()].flat().filter(({ decision }) => decision === 'lead')
  if (!leads.some(({ reason }) => reason.includes(`${PARTICIPANTS} 人、${LEVELS} 层`))) {
    throw new Error('the scheme was not found whole')
  }
  return {
    bench: 'pyramid',
    figures: [
      {
        name: 'lines to findings',
        value: took / 1000,
        unit: 's',
        reference: { name: 'names into a map', value: bare / 1000 },
        ratio: took / bare,
        target: '< 10 s',
        met: took < 10_000,
      },
      {
        name: 'processor time of it',
        value: (user + system) / 1e6,
        unit: 's',
        reference: null,
        ratio: null,
        target: null,
        met: null,
      },
      { name: 'of it reading', value: read / 1000, unit: 's', reference: null, ratio: null, target: null, met: null },
      {
        name: 'memory of the process, peak',
        value: peak,
        unit: 'MB',
        reference: null,
        ratio: null,
        target: '< 1500 MB',
        met: peak < 1500,
      },
    ],
  }
}

/** A spine of the deepest levels, everybody else below somebody of it; shuffled by a step that has no factor in common. */
function* referrals(): Generator<PanelLine> {
  const step = 1_234_577
  for (let i = 0, at = 0; i < PARTICIPANTS - 1; i++) {
    at = (at + step) % (PARTICIPANTS - 1)
    const one = at + 1
    const parent = one < LEVELS ? one - 1 : (one * 7919) % (LEVELS - 1)
    yield {
      kind: 'referral',
      id: `r${i}`,
      participant: `member-${one}`,
      referrer: `member-${parent}`,
      time: '2026-05-01T08:00:00+08:00',
      fee: 2980,
      level_reward: [600, 300, 100],
    }
  }
}

function reference(): number {
  const started = performance.now()
  const names = new Map<unknown, number>()
  for (const { participant, referrer } of referrals()) {
    if (!names.has(participant)) names.set(participant, names.size)
    if (!names.has(referrer)) names.set(referrer, names.size)
  }
  return performance.now() - started
}
