/**
 * `consortium-join`: a sixth organisation joins five that run, on one machine, by their snapshot: from the start of its node to its
 * signature over the whole log. BENCH_ENTRIES is how many entries the log has; they are put there through the real nodes first.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { randomBytes } from '@mingzheng/kernel'
import type { LedgerItem } from '@mingzheng/ledger'
import { freePorts } from '../apps/node/src/local/free-ports.ts'
import { type ConsortiumStage, NODE_PROGRAM, openConsortiumStage } from './consortium/consortium-stage.ts'
import type { BenchResult } from './result/result.ts'

const ENTRIES = Number(process.env.BENCH_ENTRIES ?? 1_000_000)
const BATCH = 1024
const CALLERS = 12
const MOST_SECONDS = 120
const NEWCOMER = 'second-notary'

export async function run(): Promise<BenchResult> {
  const stage = await openConsortiumStage({ delayMs: 0 })
  try {
    const filling = performance.now()
    await fill(stage)
    const filled = (performance.now() - filling) / 1000
    const home = await admit(stage)
    const began = performance.now()
    await stage.start(home)
    const ready = (performance.now() - began) / 1000
    const { size } = await stage.ledger.status()
    await until(async () => {
      const { members } = await stage.ledger.status()
      return members.some(({ id, witnessedSize }) => id === NEWCOMER && witnessedSize >= size)
    })
    const witnessed = (performance.now() - began) / 1000
    const [own] = (await stage.ledger.members(size)).filter(({ id }) => id === NEWCOMER)
    const same = own?.agrees === true
    return {
      bench: 'consortium-join',
      figures: [
        {
          name: `joining ${size.toLocaleString('en')} entries by snapshot`,
          value: witnessed,
          unit: 's',
          reference: { name: 'five putting them there', value: filled },
          ratio: witnessed / filled,
          target: `< ${MOST_SECONDS} s`,
          met: same && witnessed < MOST_SECONDS,
        },
        {
          name: 'until its node answers',
          value: ready,
          unit: 's',
          reference: null,
          ratio: null,
          target: null,
          met: null,
        },
      ],
    }
  } finally {
    await stage.close()
  }
}

async function fill({ ledger }: ConsortiumStage): Promise<void> {
  let left = ENTRIES
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (left > 0) {
        const count = Math.min(left, BATCH)
        left -= count
        const items = Array.from({ length: count }, item)
        const standings = await ledger.submit(items)
        if (standings.some(({ kind }) => kind === 'refused')) throw new Error('an item was refused')
        await ledger.wait(items.at(-1)!.id, 'ordered', { timeoutMs: 300_000 })
      }
    }),
  )
}

function item(): LedgerItem {
  const args = { c: randomBytes(32), s: randomBytes(32), n: randomBytes(32) }
  return { id: randomBytes(16), contract: 'evidence', method: 'fix', arguments: args }
}

/** By the commands of docs/guides/run-a-member.md; answers with the newcomer's home. */
async function admit(stage: ConsortiumStage): Promise<string> {
  const at = (name: string) => stage.homes.find(({ id }) => id === name)!.home
  const folder = join(at('regulator'), '..')
  const home = join(folder, NEWCOMER)
  const ports = (await freePorts(3)).join(',')
  const { origin } = await stage.ledger.status()
  const who = ['--id', NEWCOMER, '--role', 'notary', '--zh', '第二公证处', '--en', 'Second notary']
  await command('join', '--home', home, ...who, '--origin', origin, '--host', '127.0.0.1', '--ports', ports)
  const said = await command('admit', join(home, 'request.json'), '--home', at('regulator'))
  const proposal = /vote ([0-9a-f]{32}) yes/.exec(said)?.[1] ?? ''
  for (const voter of ['court', 'notary']) await command('vote', proposal, 'yes', '--home', at(voter))
  const invitation = join(folder, 'invitation.json')
  await until(async () => {
    await command('invite', '--home', at('court'), '--out', invitation)
    return command('accept', invitation, '--home', home).then(
      () => true,
      () => false,
    )
  })
  return home
}

async function command(...args: string[]): Promise<string> {
  const env = { ...process.env, LANG: 'C', LC_ALL: 'C' }
  return (await promisify(execFile)(process.execPath, [NODE_PROGRAM, 'consortium', ...args], { env })).stdout
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 250))
}
