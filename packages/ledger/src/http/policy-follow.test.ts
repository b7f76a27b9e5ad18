import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { policyId, type TrustPolicy } from '@mingzheng/proof'
import { createTestConsortium } from '@mingzheng/proof/testing'
import type { MemberLedger } from '../ledger-client.ts'
import { TEST_ORIGIN, testLedgerKeys, testPolicy } from '../testing/test-ledger.ts'
import { answerCall } from './answer.ts'
import { openLedgerOverHttp } from './client-http.ts'
import { POLICY_HEADER } from './wire.ts'

/** A node whose policy a test changes. */
async function node(t: TestContext, at: { policy: TrustPolicy; asked: number }): Promise<string> {
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const call = request.url!.replace('/ledger/', '')
    if (call === 'policy') at.asked++
    const ledger = { policy: at.policy } as unknown as MemberLedger
    const { status, body } = await answerCall(
      { ledger, members: async () => [], governance: () => null },
      call,
      Buffer.concat(pieces),
    )
    response.writeHead(status, { [POLICY_HEADER]: policyId(at.policy) }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

test('a platform has the policy that came into force before the first answer that was given under it', async (t) => {
  const before = testPolicy(testLedgerKeys('before'))
  const after = { ...before, name: { zh: '改', en: 'changed' } }
  const at = { policy: before as TrustPolicy, asked: 0 }
  const told: TrustPolicy[] = []
  const url = await node(t, at)
  const ledger = await openLedgerOverHttp({ url, token: 'a', origin: TEST_ORIGIN, onPolicy: (one) => told.push(one) })
  t.after(() => ledger.close())
  await ledger.members(null)
  assert.deepEqual([policyId(ledger.policy), at.asked, told.length], [policyId(before), 1, 0])
  at.policy = after
  await Promise.all([ledger.members(null), ledger.members(null), ledger.members(null)])
  assert.equal(policyId(ledger.policy), policyId(after))
  assert.deepEqual(told.map(policyId), [policyId(after)])
  await ledger.members(null)
  assert.equal(at.asked, 2, 'it is asked for once')
})

test('a node that goes over to another log is not followed', async (t) => {
  const before = testPolicy(testLedgerKeys('before'))
  const at = { policy: before as TrustPolicy, asked: 0 }
  const ledger = await openLedgerOverHttp({ url: await node(t, at), token: 'a', origin: TEST_ORIGIN })
  t.after(() => ledger.close())
  at.policy = createTestConsortium().policy
  await assert.rejects(ledger.members(null), { code: 'ledger-other-genesis' })
  assert.equal(policyId(ledger.policy), policyId(before))
})
