import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fromUtf8, utf8 } from '@mingzheng/kernel'
import { type CometRpc, RpcError } from './comet-rpc.ts'
import { LightDoor } from './light-door.ts'

function made() {
  const asked: unknown[][] = []
  const rpc = {
    async call(method: string, params: unknown) {
      asked.push([method, params])
      if (method === 'commit') return { height: '5' }
      throw new RpcError({ code: -32603, message: 'Internal error', data: 'height 9 is not available' })
    },
  }
  const door = new LightDoor(rpc as unknown as CometRpc)
  const ask = async (question: unknown) =>
    JSON.parse(fromUtf8(await door.answer(utf8(typeof question === 'string' ? question : JSON.stringify(question)))))
  return { asked, ask }
}

const question = (method: string, params: object = { height: '5' }) => ({ jsonrpc: '2.0', id: 7, method, params })

describe('what newcomers may ask of CometBFT', () => {
  test('is what their light clients need, and errors come in CometBFT’s own words', async () => {
    const { asked, ask } = made()
    assert.deepEqual(await ask(question('commit')), { jsonrpc: '2.0', id: 7, result: { height: '5' } })
    const { error } = await ask(question('validators', { height: '9', page: '1', per_page: '100' }))
    assert.match(error.data, /height \d+ is not available/)
    assert.deepEqual(
      asked.map(([method]) => method),
      ['commit', 'validators'],
    )
  })

  test('is nothing else: nothing that writes, calls peers, or is longer than a question', async () => {
    const { asked, ask } = made()
    const others = [
      'broadcast_tx_sync',
      'broadcast_evidence',
      'dial_peers',
      'unsafe_flush_mempool',
      'net_info',
      'block',
    ]
    for (const method of others) assert.equal((await ask(question(method))).error.code, -32600, method)
    for (const params of [{ height: '5; x' }, { height: 5 }, { height: '-1' }, { height: '5', tx: 'x' }]) {
      assert.equal((await ask(question('commit', params))).error.code, -32600)
    }
    for (const text of ['', '[]', 'null', '{', `[${JSON.stringify(question('commit'))}]`]) {
      assert.equal((await ask(text)).error.code, -32600)
    }
    assert.equal((await ask({ ...question('commit'), padding: 'x'.repeat(5000) })).error.code, -32600)
    assert.deepEqual(asked, [])
  })
})
