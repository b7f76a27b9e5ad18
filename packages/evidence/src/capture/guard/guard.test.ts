import assert from 'node:assert/strict'
import { type AddressInfo, connect, createServer } from 'node:net'
import { describe, test } from 'node:test'
import { isRefusal, manualClock } from '@mingzheng/kernel'
import fc from 'fast-check'
import { checkAddress } from './check-address.ts'
import { closedNetwork } from './closed-network.ts'
import { type GuardOptions, openGuard } from './guard.ts'

describe('closed networks', () => {
  const closed: [string, string][] = [
    ['127.0.0.1', 'loopback'],
    ['127.255.0.9', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['169.254.1.1', 'link-local'],
    ['169.254.169.254', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['100.64.0.1', 'carrier-nat'],
    ['224.0.0.1', 'multicast'],
    ['0.0.0.0', 'unspecified'],
    ['255.255.255.255', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['::1', 'loopback'],
    ['::', 'unspecified'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['fd00:ec2::254', 'private'],
    ['fc00::1', 'private'],
    ['ff02::1', 'multicast'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::127.0.0.1', 'reserved'],
    ['64:ff9b::10.0.0.1', 'private'],
    ['64:ff9b:1::1', 'reserved'],
    ['2002:7f00:1::', 'loopback'],
    ['2002:c0a8:101::1', 'private'],
    ['2001:db8::1', 'reserved'],
    ['2001::1', 'reserved'],
    ['localhost', 'not-an-address'],
    ['', 'not-an-address'],
  ]
  for (const [address, reason] of closed) {
    test(`${address || 'an empty text'} is closed as ${reason}`, () => assert.equal(closedNetwork(address), reason))
  }
  for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2400:3200::1', '::ffff:8.8.8.8', '2002:808:808::1']) {
    test(`${address} is open`, () => assert.equal(closedNetwork(address), null))
  }
  test('every spelling of a mapped IPv4 address is judged as that address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number]
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
        const expected = closedNetwork(address)
        assert.equal(closedNetwork(`::ffff:${address}`), expected)
        assert.equal(closedNetwork(`0:0:0:0:0:ffff:${hex}`), expected)
        assert.equal(closedNetwork(`64:ff9b::${hex}`), expected)
      }),
      { seed: 20_261_124, numRuns: 300 },
    )
  })
})

describe('addresses that people paste', () => {
  const refused: [string, string][] = [
    ['file:///etc/passwd', 'address-scheme'],
    ['FILE:///etc/passwd', 'address-scheme'],
    ['javascript:alert(1)', 'address-scheme'],
    ['data:text/html,hello', 'address-scheme'],
    ['chrome://settings', 'address-scheme'],
    ['ftp://shop.example.cn/', 'address-scheme'],
    ['view-source:https://shop.example.cn/', 'address-scheme'],
    ['shop.example.cn', 'address-malformed'],
    ['shop.example.cn:8080/x', 'address-malformed'],
    ['https://', 'address-malformed'],
    ['http://exa mple.cn/', 'address-malformed'],
    ['https://officer:secret@shop.example.cn/', 'address-userinfo'],
    ['https://taobao.com@evil.example/', 'address-userinfo'],
    ['http://localhost/', 'address-private'],
    ['http://a.localhost./', 'address-private'],
    ['http://127.0.0.1/', 'address-private'],
    ['http://2130706433/', 'address-private'],
    ['http://0x7f.1/', 'address-private'],
    ['http://017700000001/', 'address-private'],
    ['http://[::1]/', 'address-private'],
    ['http://[::ffff:10.0.0.1]/', 'address-private'],
    ['http://169.254.169.254/latest/meta-data/', 'address-private'],
    ['http://１２７.０.０.１/', 'address-private'],
  ]
  for (const [text, code] of refused) {
    test(`${text} is refused as ${code}`, () => {
      const answer = checkAddress(text)
      assert.equal(isRefusal(answer) && answer.code, code)
    })
  }
  test('an ordinary address is spelled as a browser spells it', () => {
    const answer = checkAddress('  HTTPS://Shop.Example.CN:443/商品?id=1 ')
    assert.ok(!isRefusal(answer))
    assert.equal(answer.url, 'https://shop.example.cn/%E5%95%86%E5%93%81?id=1')
    assert.equal(answer.port, 443)
    assert.equal(answer.lookalike, null)
  })
  test('a private host and port that the deployment opened is let through, its neighbour port is not', () => {
    const allow = (host: string, port: number) => host === '127.0.0.1' && port === 8080
    assert.ok(!isRefusal(checkAddress('http://127.0.0.1:8080/', allow)))
    assert.ok(isRefusal(checkAddress('http://127.0.0.1:8081/', allow)))
  })
  for (const host of ['аррӏе.com', 'tаobao.com', 'xn--80ak6aa92e.com', 'ｔaobao.com', 'tao\u200bbao.com']) {
    test(`${encodeURI(host)} is flagged as a look-alike`, () => {
      const answer = checkAddress(`https://${host}/`)
      assert.ok(!isRefusal(answer) && answer.lookalike !== null)
    })
  }
  for (const host of ['淘宝.中国', 'münchen.example', 'пример.рф']) {
    test(`${host} is an honest name in its own script`, () => {
      const answer = checkAddress(`https://${host}/`)
      assert.ok(!isRefusal(answer) && answer.lookalike === null)
    })
  }
})

async function withGuard(
  options: Partial<GuardOptions>,
  run: (ask: (host: string, port: number) => Promise<{ reply: number; text: string }>, port: number) => Promise<void>,
): Promise<{ served: number; outcomes: string[] }> {
  let served = 0
  const server = createServer((socket) => {
    served++
    socket.on('error', () => {})
    socket.end('hello')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const guard = await openGuard({
    clock: manualClock(0),
    resolver: async () => [],
    allow: () => false,
    networkBytes: 1_000_000,
    onRefused: () => {},
    onLimit: () => {},
    ...options,
  })
  const ask = (host: string, port: number) =>
    new Promise<{ reply: number; text: string }>((resolve) => {
      const socket = connect(Number(guard.address.split(':')[1]), '127.0.0.1')
      const name = Buffer.from(host)
      socket.write(
        Buffer.concat([Buffer.from([5, 1, 0, 5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 255])]),
      )
      let got = Buffer.alloc(0)
      socket.on('data', (chunk: Buffer) => {
        got = Buffer.concat([got, chunk])
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve({ reply: got[3] ?? -1, text: got.subarray(12).toString() }))
    })
  try {
    await run(ask, (server.address() as AddressInfo).port)
    return { served, outcomes: guard.connections.map((connection) => connection.outcome) }
  } finally {
    await guard.close()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('the guard', () => {
  test('dials the address that it checked', async () => {
    const result = await withGuard({ resolver: async () => ['127.0.0.1'], allow: () => true }, async (ask, port) => {
      assert.deepEqual(await ask('shop.test', port), { reply: 0, text: 'hello' })
    })
    assert.equal(result.served, 1)
  })
  test('refuses a name that leads into a private network, also when only the second answer does', async () => {
    const answers = [['127.0.0.1'], ['::1'], ['::ffff:127.0.0.1']]
    const result = await withGuard({ resolver: async () => answers.shift()! }, async (ask, port) => {
      for (let i = 0; i < 3; i++) assert.equal((await ask('rebind.test', port)).reply, 2)
    })
    assert.equal(result.served, 0)
    assert.deepEqual(result.outcomes, ['closed-network', 'closed-network', 'closed-network'])
  })
  test('passes over private answers beside public ones', async () => {
    let dialled = false
    const result = await withGuard({ resolver: async () => ['127.0.0.1', '192.0.2.1'] }, async (ask, port) => {
      dialled = (await ask('mixed.test', port)).reply === 0
    })
    assert.equal(dialled, false)
    assert.equal(result.served, 0)
  })
  test('refuses literal addresses of closed networks and names without addresses', async () => {
    const result = await withGuard({}, async (ask, port) => {
      assert.equal((await ask('127.0.0.1', port)).reply, 2)
      assert.equal((await ask('nowhere.test', port)).reply, 4)
    })
    assert.equal(result.served, 0)
    assert.deepEqual(result.outcomes, ['closed-network', 'name-not-found'])
  })
  test('cuts every connection once more bytes came than allowed, and lets no new one in', async () => {
    let limited = 0
    const result = await withGuard(
      { resolver: async () => ['127.0.0.1'], allow: () => true, networkBytes: 3, onLimit: () => limited++ },
      async (ask, port) => {
        await ask('shop.test', port)
        assert.equal((await ask('shop.test', port)).reply, 4)
      },
    )
    assert.equal(limited, 1)
    assert.deepEqual(result.outcomes, ['open', 'limit'])
  })
  test('hangs up on what is not SOCKS 5', async () => {
    const result = await withGuard({}, async () => {})
    assert.equal(result.served, 0)
    const guard = await openGuard({
      clock: manualClock(0),
      resolver: async () => [],
      allow: () => true,
      networkBytes: 1,
      onRefused: () => {},
      onLimit: () => {},
    })
    const socket = connect(Number(guard.address.split(':')[1]), '127.0.0.1')
    socket.on('error', () => {})
    socket.write('GET http://127.0.0.1/ HTTP/1.1\r\n\r\n')
    await new Promise((resolve) => socket.once('close', resolve))
    assert.equal(guard.connections.length, 0)
    await guard.close()
  })
})
