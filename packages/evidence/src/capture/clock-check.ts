/**
 * Compares the clock with a time source, before and after a capture. Two readings also show a clock that was stepped in
 * between. Sources: NTP (RFC 5905, client part) and any service that says what time it is.
 */
import { createSocket } from 'node:dgram'
import { type Clock, Failure } from '@mingzheng/kernel'
import type { ClockReading } from './capture-result.ts'

export type ClockCode = 'time-source-unreachable'

/** Where true time comes from. `read` asks once; it throws when the source cannot be reached within its own patience. */
export interface TimeSource {
  /** What the report calls it, e.g. `ntp ntp.aliyun.com`. */
  readonly name: string
  /** Own clock minus the source's, and half the round trip, milliseconds. `source` names who answered, if not `name`. */
  read(signal: AbortSignal): Promise<{ offsetMs: number; uncertaintyMs: number; source?: string }>
}

/** Reads a source; a source that fails gives a reading without an offset. Never throws. */
export async function readClock(source: TimeSource | undefined, signal: AbortSignal): Promise<ClockReading> {
  if (source === undefined) return { source: '', offsetMs: null, uncertaintyMs: null }
  try {
    const reading = await source.read(signal)
    return {
      source: reading.source ?? source.name,
      offsetMs: round(reading.offsetMs),
      uncertaintyMs: round(reading.uncertaintyMs),
    }
  } catch {
    return { source: source.name, offsetMs: null, uncertaintyMs: null }
  }
}

const NTP_PORT = 123
/** Seconds between 1900 and 1970 (RFC 5905 figure 4). */
const NTP_EPOCH = 2_208_988_800

/** An NTP server. `timeoutMs` is its patience, 1 second when left out. */
export function ntpTimeSource(
  host: string,
  clock: Clock,
  options: { port?: number; timeoutMs?: number } = {},
): TimeSource {
  const name = `ntp ${host}`
  return {
    name,
    read: (signal) =>
      new Promise((resolve, reject) => {
        const socket = createSocket('udp4')
        const fail = () => {
          done()
          reject(new Failure<ClockCode>('time-source-unreachable', `${name} did not answer`))
        }
        const timer = setTimeout(fail, options.timeoutMs ?? 1_000)
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', fail)
          socket.close()
        }
        signal.addEventListener('abort', fail)
        socket.once('error', fail)
        const question = Buffer.alloc(48)
        question[0] = 0x23
        const sentAt = clock.now()
        // The server must give our transmit time back; an answer to nothing we asked is no answer.
        question.writeDoubleBE(sentAt, 40)
        socket.on('message', (answer) => {
          const receivedAt = clock.now()
          if (answer.length < 48 || (answer[0]! & 7) !== 4 || !answer.subarray(24, 32).equals(question.subarray(40)))
            return
          const stratum = answer[1]!
          if (stratum === 0 || stratum > 15 || answer[0]! >> 6 === 3) return fail()
          done()
          const theirs = (ntpTime(answer, 32) + ntpTime(answer, 40)) / 2
          const serverMs = ntpTime(answer, 40) - ntpTime(answer, 32)
          resolve({
            offsetMs: (sentAt + receivedAt) / 2 - theirs,
            uncertaintyMs: Math.max(0, receivedAt - sentAt - serverMs) / 2,
          })
        })
        socket.send(question, options.port ?? NTP_PORT, host, (error) => {
          if (error) fail()
        })
      }),
  }
}

/** A service that says what time it is, in milliseconds since the epoch: the timestamp authority, say. */
export function serviceTimeSource(name: string, ask: () => Promise<number>, clock: Clock): TimeSource {
  return {
    name,
    async read() {
      const sentAt = clock.now()
      const theirs = await ask()
      const receivedAt = clock.now()
      return { offsetMs: (sentAt + receivedAt) / 2 - theirs, uncertaintyMs: (receivedAt - sentAt) / 2 }
    },
  }
}

/** The first of the given sources, in their order, that answers. All are asked at once. */
export function firstTimeSource(sources: readonly TimeSource[]): TimeSource {
  return {
    name: sources.map((source) => source.name).join(', else '),
    async read(signal) {
      const readings = sources.map((source) =>
        source.read(signal).then(
          (reading) => ({ ...reading, source: reading.source ?? source.name }),
          () => null,
        ),
      )
      for (const reading of readings) {
        const answer = await reading
        if (answer !== null) return answer
      }
      throw new Failure<ClockCode>('time-source-unreachable', 'no time source answered')
    },
  }
}

function ntpTime(packet: Buffer, at: number): number {
  return (packet.readUInt32BE(at) - NTP_EPOCH + packet.readUInt32BE(at + 4) / 2 ** 32) * 1000
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
