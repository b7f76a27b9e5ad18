/** A public witness in Go (litewitness of torchwood) cosigns our checkpoints, and judges the same requests as our own witness does. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { concat, digest, keySigner, type PublicKey, toBase64, toHex, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { formatAddCheckpoint, TlogWitness } from '@mingzheng/ledger'
import { MemoryFiles, testWitnesses } from '@mingzheng/ledger/testing'
import {
  cosigner,
  formatNote,
  formatVerifierKey,
  judgeCheckpoint,
  makeVerifierKey,
  parseNote,
  profileKeys,
} from '@mingzheng/proof'
import { createTestConsortium, createTestLog } from '@mingzheng/proof/testing'
import { needs, toolPath } from './capability.ts'

const SECOND = fileURLToPath(new URL('../vectors/second/witness', import.meta.url))
const NAME = 'witness.example/lite'
const signer = keySigner({ algorithm: 'ed25519', secret: seededRandom('public witness')(32) })
const EMPTY_ROOT = toBase64(digest('sha256', new Uint8Array()))

describe('a public witness', needs('go'), () => {
  let folder: string
  let agent: Server
  let child: ChildProcess | null = null
  let address = ''
  let unreachable: string | null = null

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mingzheng-witness-'))
    for (const file of ['go.mod', 'go.sum']) copyFileSync(join(SECOND, file), join(folder, file))
    const binary = join(folder, 'litewitness')
    const built = spawnSync(toolPath('go'), ['build', '-o', binary, 'filippo.io/torchwood/cmd/litewitness'], {
      cwd: folder,
      encoding: 'utf8',
    })
    agent = await serveAgent(join(folder, 'agent.sock'))
    if (built.status !== 0) unreachable = built.stderr
    else {
      const port = await freePort()
      address = `http://127.0.0.1:${port}`
      const key = toHex(digest('sha256', signer.publicKey.bytes))
      const sockets = ['-ssh-agent', join(folder, 'agent.sock'), '-listen', `127.0.0.1:${port}`]
      child = spawn(binary, ['-name', NAME, '-db', join(folder, 'db'), '-key', key, ...sockets], { stdio: 'ignore' })
      while (!(await answers(port))) assert.equal(child.exitCode, null, 'the witness ended')
    }
  })
  after(async () => {
    child?.kill()
    if (child !== null && child.exitCode === null) await once(child, 'exit')
    agent.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function built(context: TestContext): boolean {
    if (unreachable === null) return true
    if (process.env.CI !== undefined && process.env.CI !== '') assert.fail(unreachable)
    context.skip(`the Go modules could not be had: ${unreachable.slice(0, 200)}`)
    return false
  }

  /** What its operator does with `witnessctl`. */
  function admit(origin: string, keys: readonly string[]): void {
    const database = new DatabaseSync(join(folder, 'db'))
    database.prepare('INSERT INTO log (origin, tree_size, tree_hash) VALUES (?, 0, ?)').run(origin, EMPTY_ROOT)
    for (const key of keys) database.prepare('INSERT INTO key (origin, key) VALUES (?, ?)').run(origin, key)
    database.close()
  }

  const post = async (body: string) => {
    const response = await fetch(`${address}/add-checkpoint`, { method: 'POST', body })
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      body: await response.text(),
    }
  }

  test('cosigns what the members of a consortium send it, and its line stands in their receipts', async (context) => {
    if (!built(context)) return
    const key = formatVerifierKey(makeVerifierKey('cosignature', NAME, signer.publicKey))
    const consortium = createTestConsortium({
      policy: { witnesses: [{ id: 'lite', name: { zh: '公共见证', en: 'Public witness' }, key }] },
      quorum: { atLeast: 3, anyOf: ['court', 'notary'], witnesses: 1 },
    })
    const { policy } = consortium
    admit(
      policy.origin,
      policy.members.map(({ logKey }) => logKey),
    )
    const nodes = await testWitnesses({ consortium, outside: () => ({ post }) })
    const random = seededRandom('public witness entries')
    for (let size = 1; size <= 12; size++) {
      const entry = random(90)
      for (const node of nodes.values()) node.commit(entry)
      const believed = () => [...nodes.values()].every((node) => node.believed.at(-1)?.size === size)
      while (!believed()) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    for (const node of nodes.values()) {
      const judged = judgeCheckpoint(node.believed.at(-1)!.sha256, policy, profileKeys(policy, 'sha256'))
      assert.deepEqual([judged.quorumMet, judged.members.status], [true, 'passed'])
      assert.equal(judged.witnesses[0]?.witness.id, 'lite')
      await node.witness.close()
    }
  })

  test('answers the same requests with the same status as our own witness', async (context) => {
    if (!built(context)) return
    const log = createTestLog({ origin: 'same.example/log' })
    const random = seededRandom('same requests')
    const logKey = log.signers.sha256[0]!
    admit('same.example/log', [formatVerifierKey(logKey.key)])
    const own = new TlogWitness({
      logs: [{ origin: 'same.example/log', keys: [logKey.key] }],
      signers: [cosigner(NAME, signer, { now: () => Date.now() })],
      files: new MemoryFiles(),
      folder: '/own',
    })
    const grow = (count: number) => {
      log.append(...Array.from({ length: count }, () => random(40)))
      return log.checkpoint('sha256', [logKey])
    }
    const first = await grow(5)
    const second = await grow(9)
    const proof = log.consistency('sha256', 5)
    const note = parseNote(first)
    const damaged = note.signatures.map((line) => ({
      ...line,
      signature: line.signature.map((b, i) => (i === 3 ? b ^ 4 : b)),
    }))
    const requests = [
      '',
      `old 6\n\n${first}`,
      `old 0\n\n${first}`.replaceAll('same.example', 'other.example'),
      `old 0\n\n${formatNote({ text: note.text, signatures: damaged })}`,
      formatAddCheckpoint(0, [], first),
      formatAddCheckpoint(0, [], second),
      formatAddCheckpoint(5, proof.slice(1), second),
      formatAddCheckpoint(5, [...proof].reverse(), second),
      formatAddCheckpoint(5, [], first),
      formatAddCheckpoint(5, proof, second),
      formatAddCheckpoint(5, proof, second),
      formatAddCheckpoint(14, [], first),
    ]
    const statuses: number[] = []
    for (const request of requests) {
      const [theirs, ours] = [await post(request), await own.addCheckpoint(utf8(request))]
      assert.equal(ours.status, theirs.status, JSON.stringify(request.slice(0, 200)))
      if (ours.status === 409) assert.deepEqual([ours.body, ours.contentType], [theirs.body, theirs.contentType])
      statuses.push(ours.status)
    }
    assert.deepEqual([...new Set(statuses)].sort(), [200, 400, 403, 404, 409, 422])
  })
})

/** An ssh-agent (draft-ietf-sshm-ssh-agent) with one Ed25519 key: lists it (11, 12) and signs with it (13, 14). */
async function serveAgent(path: string): Promise<Server> {
  const field = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return concat(length, bytes)
  }
  const blob = ({ bytes }: PublicKey) => concat(field(utf8('ssh-ed25519')), field(bytes))
  const answer = async (request: Buffer) => {
    if (request[0] === 11) {
      return concat(Uint8Array.of(12, 0, 0, 0, 1), field(blob(signer.publicKey)), field(utf8('test')))
    }
    if (request[0] !== 13) return Uint8Array.of(5)
    const keyLength = request.readUInt32BE(1)
    const data = request.subarray(5 + keyLength + 4, 5 + keyLength + 4 + request.readUInt32BE(5 + keyLength))
    const signature = concat(field(utf8('ssh-ed25519')), field(await signer.sign(data)))
    return concat(Uint8Array.of(14), field(signature))
  }
  const server = createServer(async (socket) => {
    let held = Buffer.alloc(0)
    for await (const chunk of socket) {
      held = Buffer.concat([held, chunk as Buffer])
      while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
        const end = 4 + held.readUInt32BE(0)
        socket.write(field(await answer(held.subarray(4, end))))
        held = held.subarray(end)
      }
    }
  })
  server.listen(path)
  await once(server, 'listening')
  return server
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Whether something listens; waits a moment when nothing does. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const open = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  socket.destroy()
  if (!open) await new Promise((resolve) => setTimeout(resolve, 50))
  return open
}
