/**
 * The network between members, in this process: every connection of one member to another goes over a port here, where it can be
 * held in one direction or both, made slow, cut, or led to somebody else. Held is what a broken network does: nobody is told.
 */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { seededRandom } from '@mingzheng/kernel/testing'

const HOST = '127.0.0.1'
/** So much may be under way in one direction of a connection; more waits at its sender. */
const MOST_UNDER_WAY = 4 << 20

export interface Weather {
  /** Each piece takes so long, milliseconds, and up to so much longer. */
  readonly delayMs: number
  readonly jitterMs: number
  /** One piece of so many is lost once: what follows waits for it, as over TCP. 0: none. */
  readonly lostOneOf: number
  /** After so long a lost piece comes again, milliseconds. */
  readonly againMs: number
}

const CALM: Weather = { delayMs: 0, jitterMs: 0, lostOneOf: 0, againMs: 0 }

/** What goes from one member to another, over whichever connection. */
class Way {
  weather = CALM
  readonly #roll: () => number
  #released: Promise<void> | null = null
  #release = () => {}

  constructor(seed: string) {
    const random = seededRandom(seed)
    this.#roll = () => random(2).reduce((sum, byte) => sum * 256 + byte, 0)
  }

  hold(): void {
    this.#released ??= new Promise((resolve) => {
      this.#release = resolve
    })
  }

  release(): void {
    this.#release()
    this.#released = null
  }

  /** When a piece that is given now arrives, by `performance.now()`. */
  arrival(now: number): number {
    const { delayMs, jitterMs, lostOneOf, againMs } = this.weather
    if (delayMs + jitterMs + lostOneOf === 0) return now
    const lost = lostOneOf > 0 && this.#roll() % lostOneOf === 0
    return now + delayMs + (this.#roll() / 65_536) * jitterMs + (lost ? againMs : 0)
  }

  async through(at: number): Promise<void> {
    const wait = at - performance.now()
    if (wait > 0) await pause(wait)
    while (this.#released !== null) await this.#released
  }
}

export type Door = 'engine' | 'public'

interface Gate {
  readonly server: Server
  readonly from: string
  readonly to: string
  readonly door: Door
  readonly open: Set<Socket>
}

export class Links {
  readonly #ways = new Map<string, Way>()
  readonly #ports = new Map<string, number>()
  readonly #gates: Gate[] = []
  readonly #cut = new Set<string>()
  /** Ports that are reached in place of a member's own. */
  readonly #instead = new Map<string, number>()

  /** `ports` are where the members really listen. */
  static async open(ports: ReadonlyMap<string, { readonly [door in Door]: number }>, seed: string): Promise<Links> {
    const links = new Links()
    for (const [to, doors] of ports) {
      for (const from of ports.keys()) {
        if (from === to) continue
        links.#ways.set(`${from} ${to}`, new Way(`${seed} ${from} ${to}`))
        for (const door of ['engine', 'public'] as const) await links.#gate(from, to, door, doors[door])
      }
    }
    return links
  }

  /** Where `from` reaches `to`. */
  port(from: string, to: string, door: Door): number {
    return this.#ports.get(`${from} ${to} ${door}`)!
  }

  /** Nothing of what `from` says reaches `to`; what `to` says still reaches `from`. */
  holdOneWay(from: string, to: string): void {
    this.#ways.get(`${from} ${to}`)!.hold()
  }

  /** The members of different groups do not hear each other any more. */
  part(...groups: readonly (readonly string[])[]): void {
    this.#between(groups, (from, to) => this.holdOneWay(from, to))
  }

  /** The members of different groups lose their connections, and get no new ones. */
  cut(...groups: readonly (readonly string[])[]): void {
    this.#between(groups, (from, to) => {
      this.#cut.add(`${from} ${to}`)
      for (const gate of this.#gates) {
        if (gate.from === from && gate.to === to) for (const socket of gate.open) socket.destroy()
      }
    })
  }

  /** On every way of these members, in both directions. */
  weather(members: readonly string[], weather: Weather): void {
    for (const [name, way] of this.#ways) {
      if (name.split(' ').some((member) => members.includes(member))) way.weather = weather
    }
  }

  /** Who asks `to` at its public part reaches this port instead; `null`: itself again. */
  lead(to: string, port: number | null): void {
    if (port === null) this.#instead.delete(to)
    else this.#instead.set(to, port)
    for (const gate of this.#gates) {
      if (gate.to === to && gate.door === 'public') for (const socket of gate.open) socket.destroy()
    }
  }

  /** Everything is as it should be, and what was held arrives. */
  heal(): void {
    this.#cut.clear()
    for (const way of this.#ways.values()) {
      way.weather = CALM
      way.release()
    }
  }

  async close(): Promise<void> {
    this.heal()
    for (const { server, open } of this.#gates) {
      for (const socket of open) socket.destroy()
      server.close()
    }
  }

  #between(groups: readonly (readonly string[])[], act: (from: string, to: string) => void): void {
    for (const group of groups) {
      for (const other of groups) {
        if (group !== other) for (const from of group) for (const to of other) act(from, to)
      }
    }
  }

  async #gate(from: string, to: string, door: Door, port: number): Promise<void> {
    const open = new Set<Socket>()
    const server = createServer({ noDelay: true, pauseOnConnect: false }, (near) => {
      if (this.#cut.has(`${from} ${to}`)) {
        near.destroy()
        return
      }
      const far = connect({
        port: (door === 'public' ? this.#instead.get(to) : undefined) ?? port,
        host: HOST,
        noDelay: true,
      })
      for (const socket of [near, far]) {
        open.add(socket)
        socket.on('error', () => socket.destroy())
        socket.on('close', () => open.delete(socket))
      }
      carry(near, far, this.#ways.get(`${from} ${to}`)!)
      carry(far, near, this.#ways.get(`${to} ${from}`)!)
    })
    server.listen(0, HOST)
    await once(server, 'listening')
    this.#ports.set(`${from} ${to} ${door}`, (server.address() as { port: number }).port)
    this.#gates.push({ server, from, to, door, open })
  }
}

/** Bytes in their order, each piece when it arrives; the end comes after the last of them. */
function carry(source: Socket, target: Socket, way: Way): void {
  let arrived = Promise.resolve()
  let last = 0
  let underWay = 0
  source.on('data', (piece: Buffer) => {
    underWay += piece.length
    if (underWay > MOST_UNDER_WAY) source.pause()
    last = Math.max(last, way.arrival(performance.now()))
    const at = last
    arrived = arrived.then(async () => {
      await way.through(at)
      underWay -= piece.length
      if (underWay <= MOST_UNDER_WAY) source.resume()
      if (target.destroyed || target.write(piece)) return
      // The receiver is slower than the sender.
      await Promise.race([once(target, 'drain'), once(target, 'close')]).catch(() => undefined)
    })
  })
  source.on('close', () => void arrived.then(() => way.through(0)).then(() => target.end()))
}
