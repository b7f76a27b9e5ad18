import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { describe, test } from 'node:test'
import { manualClock, systemClock } from '@mingzheng/kernel'
import { firstTimeSource, ntpTimeSource, readClock, serviceTimeSource } from './clock-check.ts'

const never = new AbortController().signal

/** An NTP server on loopback whose answer `change` may spoil; its clock is `aheadMs` ahead. */
async function withServer(aheadMs: number, change: (answer: Buffer) => void, run: (port: number) => Promise<void>) {
  const server = createSocket('udp4')
  server.on('message', (question, from) => {
    const answer = Buffer.alloc(48)
    answer[0] = 0x24
    answer[1] = 2
    question.copy(answer, 24, 40, 48)
    const seconds = (Date.now() + aheadMs) / 1000 + 2_208_988_800
    for (const at of [32, 40]) {
      answer.writeUInt32BE(Math.floor(seconds), at)
      answer.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4)
    }
    change(answer)
    server.send(answer, from.port, from.address)
  })
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve))
  try {
    await run(server.address().port)
  } finally {
    server.close()
  }
}

describe('the clock check', () => {
  test('tells by how much the clock is behind an NTP server', () =>
    withServer(
      60_000,
      () => {},
      async (port) => {
        const reading = await readClock(ntpTimeSource('127.0.0.1', systemClock, { port }), never)
        assert.ok(reading.offsetMs !== null && Math.abs(reading.offsetMs + 60_000) < 2_000)
        assert.equal(reading.source, 'ntp 127.0.0.1')
      },
    ))
  const spoilt: [string, (answer: Buffer) => void][] = [
    ['answers another question', (answer) => answer.fill(7, 24, 32)],
    ['says that it is not set', (answer) => answer.writeUInt8(0xe4, 0)],
    ['has no stratum', (answer) => answer.writeUInt8(0, 1)],
    ['is no server', (answer) => answer.writeUInt8(0x23, 0)],
  ]
  for (const [what, change] of spoilt) {
    test(`does not believe an answer that ${what}`, () =>
      withServer(0, change, async (port) => {
        const reading = await readClock(ntpTimeSource('127.0.0.1', systemClock, { port, timeoutMs: 300 }), never)
        assert.equal(reading.offsetMs, null)
      }))
  }
  test('takes the time of a service in the middle of asking', async () => {
    const clock = manualClock(1_000)
    const ask = async () => {
      clock.advance(20)
      return 1_000
    }
    const source = serviceTimeSource('authority', ask, clock)
    assert.deepEqual(await readClock(source, never), { source: 'authority', offsetMs: 10, uncertaintyMs: 10 })
  })
  test('goes on to the next source when one does not answer, and says which answered', async () => {
    const broken = serviceTimeSource('broken', () => Promise.reject(new Error('down')), systemClock)
    const whole = serviceTimeSource('whole', async () => 5, manualClock(5))
    assert.equal((await readClock(firstTimeSource([broken, whole]), never)).source, 'whole')
    assert.equal((await readClock(firstTimeSource([broken]), never)).offsetMs, null)
  })
  test('without a source there is no offset, and no error', async () => {
    assert.deepEqual(await readClock(undefined, never), { source: '', offsetMs: null, uncertaintyMs: null })
  })
})
