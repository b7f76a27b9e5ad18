/**
 * What a node and its engine keep alive, after a collection: it depends on what they hold and not on how fast the machine is, as
 * resident memory does. Loaded into a node's process before its own program (`node --import`); the program knows nothing of it.
 */
import childProcess from 'node:child_process'
import { rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { BroadcastChannel, isMainThread } from 'node:worker_threads'

/** Where a process tells what it keeps. */
export interface MeasuredAt {
  /** The node's own socket. */
  readonly socket: string
  /** Port of its engine's profiler, on loopback. */
  readonly port: number
}

/** Bytes that are reachable: those of a node's threads with what they hold outside of V8's heap, and those of Go's heap. */
export interface LiveMemory {
  readonly node: number
  readonly engine: number
}

const VARIABLE = 'MINGZHENG_TEST_MEASURED_AT'
const CHANNEL = 'live memory'
/** A thread in the middle of something answers when it is done with it. */
const ANSWERS_WITHIN_MS = 30_000

/** What a process gets to be measured: environment variables. */
export function measured(at: MeasuredAt): { readonly [name: string]: string } {
  return { NODE_OPTIONS: `--expose-gc --import=${import.meta.filename}`, [VARIABLE]: JSON.stringify(at) }
}

export async function liveMemory({ socket, port }: MeasuredAt): Promise<LiveMemory> {
  const node = JSON.parse(await get({ socketPath: socket, path: '/' })) as { bytes: number }
  const profile = await get({ host: '127.0.0.1', port, path: '/debug/pprof/heap?gc=1&debug=1' })
  const engine = /^# HeapAlloc = (\d+)$/m.exec(profile)?.[1]
  if (engine === undefined) throw new Error('the engine does not tell its heap')
  return { node: node.bytes, engine: Number(engine) }
}

function get(where: { socketPath?: string; host?: string; port?: number; path: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ ...where, agent: false }, (answer) => resolve(text(answer)))
      .on('error', reject)
      .end()
  })
}

type Said = { readonly kind: 'here' } | { readonly kind: 'tell' } | { readonly kind: 'kept'; readonly bytes: number }

const given = process.env[VARIABLE]
if (given !== undefined && isMainThread) ofAllThreads(JSON.parse(given) as MeasuredAt)
if (given !== undefined && !isMainThread) ofThisThread()

function ofThisThread(): void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.unref()
  channel.onmessage = ({ data }) => {
    if ((data as Said).kind === 'tell') channel.postMessage({ kind: 'kept', bytes: kept() })
  }
  channel.postMessage({ kind: 'here' })
}

function ofAllThreads({ socket, port }: MeasuredAt): void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.unref()
  let threads = 0
  let told: number[] = []
  channel.onmessage = ({ data }) => {
    const said = data as Said
    if (said.kind === 'here') threads++
    if (said.kind === 'kept') told.push(said.bytes)
  }
  const tell = async () => {
    told = []
    channel.postMessage({ kind: 'tell' })
    const end = performance.now() + ANSWERS_WITHIN_MS
    while (told.length < threads && performance.now() < end) await pause(5)
    if (told.length < threads) throw new Error(`${told.length} of ${threads} threads have told what they keep`)
    return kept() + told.reduce((sum, bytes) => sum + bytes, 0)
  }
  // Of a process that was here before.
  rmSync(socket, { force: true })
  createServer(async (_request, answer) => {
    try {
      answer.end(JSON.stringify({ bytes: await tell() }))
    } catch (error) {
      answer.writeHead(500).end((error as Error).message)
    }
  })
    .listen(socket)
    .unref()
  profileEngine(port)
}

/** CometBFT says what Go's heap keeps when it was started so. */
function profileEngine(port: number): void {
  const { spawn } = childProcess
  const measuring = (command: string, args: readonly string[], options: childProcess.SpawnOptions) => {
    const more = args[0] === 'start' ? ['--rpc.pprof_laddr', `127.0.0.1:${port}`] : []
    return spawn(command, [...args, ...more], options)
  }
  Object.assign(childProcess, { spawn: measuring })
  syncBuiltinESMExports()
}

function kept(): number {
  // What is freed by one collection may have held what the next one frees.
  for (let i = 0; i < 3; i++) globalThis.gc!()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
