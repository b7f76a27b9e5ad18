/** Two ledgers of real nodes that follow each other by proof, and have nothing else in common. */
import assert from 'node:assert/strict'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { randomBytes, systemClock } from '@mingzheng/kernel'
import { decodeEntry, parseSignedCheckpoint } from '@mingzheng/proof'
import { consortium } from '../../apps/node/src/command/consortium.ts'
import { registerLocally } from '../../apps/node/src/index.ts'
import { needs } from '../capability.ts'
import { RunningChain, until } from './running-chain.ts'

const options = needs('cometbft')

describe('two ledgers', { concurrency: false, ...options }, () => {
  let platform: RunningChain
  let courts: RunningChain
  before(async () => {
    if (options.skip !== undefined) return
    // One after the other: free ports are free until somebody listens.
    platform = await RunningChain.ofPlatform()
    courts = await RunningChain.ofCourts()
  })
  after(async () => {
    await platform?.end()
    await courts?.end()
  })

  /** What `mingzheng consortium` says at the machine of a member of the platform's ledger. */
  async function at(id: string, ...args: string[]): Promise<string> {
    const lines: string[] = []
    const terminal = { language: 'en' as const, folder: platform.folder, print: (line: string) => lines.push(line) }
    await consortium(terminal, [...args, '--home', platform.home(id)], systemClock)
    return lines.join('\n')
  }

  test('share no key, folder or process', options, async () => {
    // A verifier key is name+id+base64, and base64 has a '+' of its own.
    const keys = ({ policy }: RunningChain) =>
      policy.members.flatMap(({ cosignerKey, sm2Key, logKey, sm2LogKey, gatewayKey, boxKey }) =>
        [cosignerKey, sm2Key, logKey, sm2LogKey]
          .map((key) => key.split('+').slice(2).join('+'))
          .concat(gatewayKey!, boxKey!),
      )
    assert.deepEqual(
      keys(platform).filter((key) => keys(courts).includes(key)),
      [],
    )
    assert.equal(new Set([...keys(platform), ...keys(courts)]).size, 9 * 6)
    const secrets = async (chain: RunningChain) =>
      Promise.all(chain.policy.members.map(({ id }) => readFile(join(chain.home(id), 'master.secret'), 'hex')))
    const [one, other] = [await secrets(platform), await secrets(courts)]
    assert.deepEqual(
      one.filter((secret) => other.includes(secret)),
      [],
    )
    const folders = await Promise.all([platform.folder, courts.folder].map((folder) => realpath(folder)))
    assert.ok(!folders[0]!.startsWith(folders[1]!) && !folders[1]!.startsWith(folders[0]!))
    const processes = [await platform.processes(), await courts.processes()]
    assert.deepEqual(
      processes.map((list) => list.length),
      [8, 6],
    )
    assert.deepEqual(
      processes[0]!.filter((pid) => processes[1]!.includes(pid)),
      [],
    )
    // No process of one holds a file of the other open.
    for (const [own, foreign] of [
      [processes[0]!, folders[1]!],
      [processes[1]!, folders[0]!],
    ] as const) {
      for (const pid of own) {
        const open = await readdir(`/proc/${pid}/fd`).catch(() => [])
        const paths = await Promise.all(open.map((fd) => realpath(`/proc/${pid}/fd/${fd}`).catch(() => '')))
        assert.deepEqual(
          paths.filter((path) => path.startsWith(foreign)),
          [],
        )
      }
    }
  })

  test('register each other’s policies by their members’ votes', options, async () => {
    assert.equal(await courts.sees('high-court', platform), undefined)
    assert.equal(await registerLocally(courts.folder, platform.policy), true)
    assert.equal(await registerLocally(courts.folder, platform.policy), false)
    // As organisations do it on their own machines.
    const url = `${courts.of('high-court').url}/policy.json`
    const proposed = await at('regulator', 'register', url)
    const id = /vote ([0-9a-f]{32}) yes/.exec(proposed)?.[1] ?? ''
    assert.match(await at('notary', 'proposals'), new RegExp(`${id} +chain-register ${courts.origin}`))
    await at('forensic', 'vote', id, 'yes')
    assert.equal(await platform.sees('notary', courts), undefined)
    await at('notary', 'vote', id, 'yes')
    await until('every member follows the other', async () => {
      const views = await Promise.all([
        ...courts.running.map((id) => courts.sees(id, platform)),
        ...platform.running.map((id) => platform.sees(id, courts)),
      ])
      return views.every((view) => view?.state === 'followed')
    })
    const ledger = await platform.ledger('notary')
    const entries = (await ledger.entries(0, 1000)).map(({ entry }) => decodeEntry(entry))
    const votes = entries.filter(({ kind }) => kind === 'chains.vote')
    assert.deepEqual(
      votes.map(({ body }) => body.x ?? null),
      [null, 'passed'],
    )
    assert.match(await at('court', 'chains'), new RegExp(`${courts.origin} +Ledger of the courts[^]*followed`))
  })

  test('record each other’s witnessed checkpoints, each grown out of the one before', options, async () => {
    for (const [here, there, member] of [
      [courts, platform, 'internet-court'],
      [platform, courts, 'regulator'],
    ] as const) {
      await until('a checkpoint is recorded', async () => (await here.sees(member, there))?.recorded != null)
    }
    const first = (await courts.sees('internet-court', platform))!.recorded!
    const regulator = await platform.ledger('regulator')
    const item = { id: randomBytes(16), contract: 'evidence', method: 'fix', arguments: commitments() }
    await regulator.submit([item])
    const fixed = await regulator.wait(item.id, 'witnessed', { timeoutMs: 60_000 })
    assert.ok(fixed.kind === 'witnessed')
    await until('a checkpoint that includes it is recorded', async () => {
      return ((await courts.sees('high-court', platform))?.recorded?.size ?? 0) > fixed.index
    })
    const second = (await courts.sees('high-court', platform))!.recorded!
    assert.ok(second.size > first.size && second.index > first.index)
    // What is recorded is what the platform's own nodes hold.
    const roots = await platform.read<{ at: { sha256: string } }>('notary', `/peer/holdings?size=${second.size}`)
    assert.equal(second.root, roots.at.sha256)
    const recorded = await courts.read<{ index: number; entry: string }>(
      'institute',
      `/chains/recorded?origin=${encodeURIComponent(platform.origin)}&index=${fixed.index}`,
    )
    const { kind, body } = decodeEntry(new Uint8Array(Buffer.from(recorded.entry, 'base64')))
    assert.equal(kind, 'chains.checkpoint')
    assert.deepEqual(parseSignedCheckpoint(String(body.a)).checkpoint.size, body.z)
    assert.ok((body.m as string[]).length >= 3)
  })

  test('come to rest when nothing happens: none records for ever that it was recorded', options, async () => {
    const sizes = async () =>
      [await courts.ledger('high-court'), await platform.ledger('notary')].map((l) => l.status())
    let before = ''
    let still = 0
    await until('both are still', async () => {
      const now = (await Promise.all(await sizes())).map(({ size }) => size).join()
      still = now === before ? still + 1 : 0
      before = now
      return still >= 60
    })
  })
})

function commitments() {
  return { c: randomBytes(32), s: randomBytes(32), n: randomBytes(32) }
}
