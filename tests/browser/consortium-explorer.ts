/** The explorer with five members: what each holds, live; and what it says of a member that hangs, lags or lies. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { AXE, violations } from './accessibility.ts'
import { type ConsortiumStage, capturedAt, until } from './consortium-stage.ts'

const PAGES = ['/ledger', '/ledger/members', '/ledger/governance', '/ledger/0']

export function explorerJourneys(stage: ConsortiumStage): void {
  const member = (id: string) => stage.members.find((one) => one.id === id)!
  const freshly = { timeout: 90_000 }

  describe('the explorer', () => {
    test('shows the members, what each has witnessed, blocks and entries, and all of it moves by itself', async () => {
      const { page, context, problems } = await stage.open(null)
      await page.goto('/ledger')
      await page.getByText('5 个成员全部一致').waitFor(freshly)
      const size = async () => Number((await page.locator('.ledger-size strong').innerText()).replaceAll(',', ''))
      const before = await size()
      const newest = await page.locator('.blocks li a').first().innerText()
      await capturedAt(stage.up, '/item/1003')
      await until('the explorer shows more entries', async () => (await size()) > before)
      await until(
        'it shows newer blocks',
        async () => (await page.locator('.blocks li a').first().innerText()) !== newest,
      )
      await page.getByRole('gridcell', { name: '证据固证' }).first().waitFor(freshly)
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('says that a member is away while it hangs, and that it agrees when it is back', async () => {
      const { page, context } = await stage.open(null)
      await page.goto('/ledger')
      const row = page.locator('.members li', { hasText: '电子认证机构' })
      await row.getByText('一致', { exact: true }).waitFor(freshly)
      const pids = await member('ca').pids()
      for (const pid of pids) process.kill(pid, 'SIGSTOP')
      try {
        await row.getByText('联系不上').waitFor(freshly)
        await page.getByText('4 个一致，共 5 个成员').waitFor(freshly)
        await page.goto('/ledger/members')
        await page.locator('tr', { hasText: '电子认证机构' }).getByText('它的节点没有应答').waitFor(freshly)
      } finally {
        for (const pid of pids) process.kill(pid, 'SIGCONT')
      }
      await page.getByText('5 个成员全部一致').waitFor(freshly)
      await context.close()
    })

    test('compares all members at any earlier size, and names the one whose engine lags behind', async () => {
      const { page, context } = await stage.open(null, { language: 'en' })
      const [engine] = await member('forensic').pids('cometbft')
      process.kill(engine!, 'SIGSTOP')
      try {
        await capturedAt(stage.up, '/item/1004')
        await page.goto('/ledger/members')
        const row = page.locator('tr', { hasText: 'Forensic Institute' })
        await row.getByText(/^(Behind|Away)$/).waitFor(freshly)
        await page.goto('/ledger/members?size=3')
        await page.getByText('All 5 members agree').or(page.getByText('4 of 5 members agree')).waitFor(freshly)
        const roots = await page.locator('td[data-name="Root SM3"]').allInnerTexts()
        assert.equal(new Set(roots.filter((text) => text !== 'none')).size, 1)
      } finally {
        process.kill(engine!, 'SIGCONT')
      }
      await page.goto('/ledger/members')
      await page.getByText('All 5 members agree').waitFor(freshly)
      await context.close()
    })

    test('names a member that serves another log than it signed', async () => {
      const { page, context } = await stage.open(null)
      const liar = await lyingFor(member('notary'))
      try {
        await page.goto('/ledger/members')
        const row = page.locator('tr', { hasText: '公证处' })
        await row.getByText('自相矛盾').waitFor(freshly)
        await page.getByText('公证处 与其他成员不一致').waitFor(freshly)
      } finally {
        await liar.end()
      }
      await page.getByText('5 个成员全部一致').waitFor(freshly)
      await context.close()
    })

    test('an open proposal stands there with its votes and what it would change', async () => {
      const { page, context, problems } = await stage.open(null)
      await page.goto('/ledger/governance')
      await page.getByText('现在没有待表决的提议').waitFor()
      await page.getByText('创立：5 个成员').waitFor()
      await stage.consortium('notary', 'leave')
      const proposal = page.locator('.proposals > li')
      await proposal.getByText('公证处 申请退出').waitFor(freshly)
      await proposal.getByText('公证处（公证机构）离开').waitFor()
      await proposal.getByText(/需要至少 3 票赞成，其中须有法院或公证机构，现有 1 票/).waitFor()
      assert.equal(await proposal.locator('.votes').getByText('赞成').count(), 1)
      assert.deepEqual(problems, [])
      await context.close()
    })

    for (const [language, appearance, width] of [
      ['zh', 'dark', 390],
      ['en', 'light', 768],
    ] as const) {
      test(`fits ${width} px, ${language}, ${appearance}, and nothing serious is wrong for anybody`, async () => {
        const axe = await readFile(AXE, 'utf8')
        const wrong: string[] = []
        for (const [who, paths] of [
          [null, PAGES],
          ['officer', [`/evidence/${stage.number}`, '/custody']],
        ] as const) {
          const { page, context, problems } = await stage.open(who, { language, appearance, width })
          for (const path of paths) {
            await page.goto(path, { waitUntil: 'load' })
            await page.locator('h1').first().waitFor()
            await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
            const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
            if (over > 0) wrong.push(`${path} is ${over} px too wide`)
            wrong.push(...(await violations(page, axe)).map((line) => `${path}: ${line}`))
            wrong.push(...problems.splice(0).map((problem) => `${path}: ${problem}`))
          }
          await context.close()
        }
        assert.deepEqual(wrong, [])
      })
    }
  })

  /** Stands at a member's public address in its place and alters every leaf of its log on the way. */
  async function lyingFor({ id, url, home }: ConsortiumStage['members'][number]): Promise<{ end(): Promise<void> }> {
    const file = join(home, 'node.json')
    const honest = await readFile(file, 'utf8')
    const configuration = JSON.parse(honest) as { public: { port: number } }
    const hidden =
      configuration.public.port + 1 > 65_000 ? configuration.public.port - 1 : configuration.public.port + 1
    await writeFile(file, JSON.stringify({ ...configuration, public: { ...configuration.public, port: hidden } }))
    await restarted(id)
    const server = createServer((request, response) => {
      const pieces: Buffer[] = []
      request.on('data', (piece: Buffer) => pieces.push(piece))
      request.on('end', async () => {
        const body = request.method === 'GET' ? {} : { body: Buffer.concat(pieces) }
        const answer = await fetch(`http://127.0.0.1:${hidden}${request.url}`, {
          method: request.method!,
          headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
          ...body,
        }).catch(() => null)
        if (answer === null) return response.writeHead(502).end()
        const bytes = Buffer.from(await answer.arrayBuffer())
        if (/\/log\/(sm3\/)?tile\/0\//.test(request.url ?? '') && bytes.length > 0) bytes[0]! ^= 1
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(bytes)
      })
    })
    await listening(server, Number(new URL(url).port))
    return {
      async end() {
        server.closeAllConnections()
        await new Promise((done) => server.close(done))
        await writeFile(file, honest)
        await restarted(id)
      },
    }
  }

  /** Kills a node's program; `up` starts it again, with its configuration as it is now. */
  async function restarted(id: string): Promise<void> {
    const before = await member(id).pids('main.ts')
    for (const pid of before) process.kill(pid, 'SIGKILL')
    await until(`the node of ${id} runs again`, async () => {
      const now = await member(id).pids('main.ts')
      return now.length > 0 && now.every((pid) => !before.includes(pid))
    })
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const again = () => setTimeout(() => server.listen(port, '127.0.0.1'), 200)
    // The one that is being killed may hold it for a moment more.
    server.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? again() : reject(error)))
    server.listen(port, '127.0.0.1', () => resolve())
  })
}
