/** `up --consortium` as a user meets it: moved in from before, killed in every way, started twice, without CometBFT. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { addressOf, type GovernanceView, type LedgerMembers, type OtherChainView } from '@mingzheng/api'
import { certificatePlainText, decodeCertificateFields, parsePolicy, policyId, type Report } from '@mingzheng/proof'
import { answers, mingzheng, mingzhengWith } from '../launched-up.ts'
import { signInAt } from '../platform/start-platform.ts'
import { asClerk, askCourt } from './consortium-court.ts'
import {
  type ConsortiumStage,
  capturedAt,
  courtsOf,
  downloaded,
  processesOf,
  startConsortium,
  until,
} from './consortium-stage.ts'

const serial = (number: string) => Number(number.split('-')[3])

export function upJourneys(stage: ConsortiumStage): void {
  const verdictOf = async (...args: string[]) => {
    const { code, out, err } = await mingzheng('verify', ...args, '--json')
    return { code, report: JSON.parse(out === '' ? '{}' : out) as Report, err }
  }
  /** What the platform says of its ledger to anybody; `null` while it does not answer. */
  const asked = async (what: 'members' | 'chains' | 'governance') => {
    const answer = await fetch(`${stage.up.url}/api/public/ledger/${what}`).catch(() => null)
    return answer?.ok === true ? ((await answer.json()) as unknown) : null
  }
  const fiveAgree = async () => {
    const { members } = ((await asked('members')) ?? { members: [] }) as Pick<LedgerMembers, 'members'>
    return members.length === 5 && members.every(({ agrees }) => agrees === true)
  }

  describe('up --consortium', () => {
    test('goes on numbering where the ledger of before ended', () => {
      assert.equal(serial(stage.number), serial(stage.former.number) + 1)
    })

    test('evidence of before verifies under the policy of then, and with a renewal the consortium’s members prove it too', async () => {
      assert.equal((await verdictOf(stage.former.file, '--data', stage.data)).code, 0)
      const policy = join(stage.folder, 'consortium-policy.json')
      const bytes = new Uint8Array(await (await fetch(`${stage.up.url}/api/public/policy.json`)).arrayBuffer())
      await writeFile(policy, bytes)
      assert.equal((await verdictOf(stage.former.file, '--policy', policy)).code, 2)
      // Captured in a unit that the machine's first officer does not see: who holds the machine renews all that it holds.
      const { number } = stage.former
      const renewed = await mingzheng('renew', number, '--data', stage.data, '--out', stage.folder, '--json')
      assert.equal(renewed.code, 0, renewed.err)
      const [file] = (JSON.parse(renewed.out) as { renewed: string[] }).renewed
      const trusted = await readdir(join(stage.data, 'trust'))
      const former = await formerPolicy(trusted, policyId(parsePolicy(bytes)))
      const { code, report } = await verdictOf(stage.former.file, file!, '--policy', policy, '--policy', former)
      assert.equal(code, 0, JSON.stringify(report.checks?.filter(({ status }) => status !== 'passed')))
      assert.equal(report.checks.find(({ id }) => id === 'renewals')?.status, 'passed')
    })

    test('a second start on the same data is refused and says where the first is', async () => {
      const { code, err } = await mingzheng('up', '--consortium', '--data', stage.data, '--port', '0')
      assert.equal(code, 1)
      assert.ok(err.includes(stage.up.url))
    })

    test('without CometBFT it refuses with the one command that installs it', async () => {
      const bare = { PATH: '/usr/bin:/bin', HOME: stage.folder, GOPATH: '', MINGZHENG_COMETBFT: '' }
      const { code, err } = await mingzhengWith(
        bare,
        'up',
        '--consortium',
        '--data',
        join(stage.folder, 'bare'),
        '--port',
        '0',
      )
      assert.equal(code, 1)
      assert.match(err, /CometBFT is not on this machine/)
      assert.match(err, /go install github\.com\/cometbft\/cometbft\/cmd\/cometbft@v0\.38\.25/)
    })

    test('a node killed outright, and the server, come back by themselves; what was asked for is fixed', async () => {
      const court = stage.members.find(({ id }) => id === 'court')!
      const killed = [...(await court.pids()), await stage.up.serverPid()]
      for (const pid of killed) process.kill(pid, 'SIGKILL')
      await until('the server answers again', () => answers(stage.up.url))
      const number = await capturedAt(stage.up, '/item/1005')
      assert.ok(serial(number) > serial(stage.number))
      await until('all five agree again', fiveAgree)
      assert.ok((await court.pids()).every((pid) => !killed.includes(pid)))
    })

    test('the whole group killed outright leaves data on which the next start works, also with the courts’ own chain', async () => {
      const closed = once(stage.up.child, 'close')
      // First who would start the others again.
      for (const pid of [stage.up.child.pid!, await stage.up.serverPid(), ...(await processesOf(stage.data))])
        killed(pid)
      await closed
      stage.up = await startConsortium(stage.data, '--with-court-chain')
      await until('all five agree', fiveAgree)
      const number = await capturedAt(stage.up, '/item/1006')
      assert.ok(serial(number) > serial(stage.number))
      assert.equal((await verdictOf(stage.file, '--data', stage.data)).code, 0)
    })

    test('a court of the other chain finds in its own copy what was fixed here, by whom, and where it stands recorded', async () => {
      const number = await capturedAt(stage.up, '/item/1006')
      await until('this ledger has recorded a checkpoint of the courts’', async () => {
        const { chains } = (await asked('chains')) as { chains: OtherChainView[] }
        return chains.some(({ state, recorded }) => state === 'followed' && recorded !== null)
      })
      const [, court] = await courtsOf(stage.up.said())
      await asClerk(stage, court!, 'zh', async (page) => {
        // Its node looks every few seconds, and records not at once.
        await until('the court has a record of it', async () => {
          await askCourt(page, court!, 'number', number)
          return /检查点已登记为本账本第 \d+ 条/.test(await page.locator('main').innerText())
        })
        const said = await page.locator('main').innerText()
        assert.match(said, /已在另一账本固证/)
        assert.match(said, /互联网法院|公证处/)
      })
    })

    test('a vote changes the policy while the platform runs: what is fixed then is judged by the new one, the rest as before', async () => {
      const server = await stage.up.serverPid()
      await stage.consortium('court', 'remove', 'ca')
      const { proposals } = (await asked('governance')) as GovernanceView
      const removal = proposals.find(({ kind }) => kind === 'remove')!
      for (const id of ['notary', 'forensic']) await stage.consortium(id, 'vote', removal.id, 'yes')
      const number = await capturedAt(stage.up, '/item/1007')
      const file = await downloaded(stage.up, number, join(stage.folder, 'later.zip'))
      const { code, report } = await verdictOf(file, '--data', stage.data)
      assert.equal(code, 0, JSON.stringify(report.checks))
      assert.ok(report.ledger!.members.length >= 3 && report.ledger!.members.every(({ id }) => id !== 'ca'))
      const { cookie } = await signInAt(stage.up.url, 'officer')
      const path = 'documents/certificate.json'
      const address = addressOf('evidence.file', { params: { number }, query: { path } })
      const bytes = await (await fetch(stage.up.url + address, { headers: { cookie } })).arrayBuffer()
      assert.match(certificatePlainText(decodeCertificateFields(new Uint8Array(bytes))), /4个成员，至少须3个/)
      assert.equal((await verdictOf(stage.file, '--data', stage.data)).code, 0)
      assert.equal(await stage.up.serverPid(), server, 'the platform was not started again')
      const { page, context, problems } = await stage.open(null)
      await page.goto('/ledger/governance')
      const decided = page.locator('.decided > li', { hasText: '电子认证机构' })
      await decided.getByText('已生效', { exact: true }).waitFor()
      await decided.getByText('赞成：').waitFor()
      await page.locator('.decided > li', { hasText: '法院链' }).getByText('已生效', { exact: true }).waitFor()
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('Ctrl-C stops every node and leaves no process behind', async () => {
      assert.equal(await stage.up.stop(), 0)
      await until('no process of a member is left', async () => {
        const pids = (await Promise.all(stage.members.map((member) => member.pids()))).flat()
        return pids.length === 0
      })
    })
  })

  /** Killed outright; one that is gone already is as good. */
  function killed(pid: number): void {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  async function formerPolicy(trusted: readonly string[], present: string): Promise<string> {
    for (const name of trusted) {
      const path = join(stage.data, 'trust', name)
      if (policyId(parsePolicy(new Uint8Array(await readFile(path)))) !== present) return path
    }
    throw new Error('the trust store has no other policy')
  }
}
