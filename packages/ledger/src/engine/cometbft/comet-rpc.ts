/** CometBFT's JSON-RPC over its Unix socket. What comes back is read by schemas: another version answers otherwise. */
import { Agent, request } from 'node:http'
import { type Bytes, fromHex, toBase64 } from '@mingzheng/kernel'
import { z } from 'zod'

const MOST_ANSWER_BYTES = 32 * 1024 * 1024

/** CometBFT's own words for what it refuses. */
export interface RpcRefusal {
  readonly code: number
  readonly message: string
  readonly data?: string | undefined
}

/** CometBFT answered, with an error of its own. */
export class RpcError extends Error {
  readonly refusal: RpcRefusal

  constructor(refusal: RpcRefusal) {
    super(`${refusal.message}: ${refusal.data ?? ''}`)
    this.refusal = refusal
  }
}

const envelope = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.string().optional() }).optional(),
})
const height = z.string().regex(/^\d+$/).transform(Number)
const status = z.object({
  sync_info: z.object({ latest_block_height: height, earliest_block_height: height, catching_up: z.boolean() }),
})
const commit = z.object({
  signed_header: z.object({ commit: z.object({ block_id: z.object({ hash: z.string().regex(/^[0-9A-F]{64}$/) }) }) }),
})
const netInfo = z.object({ peers: z.array(z.object({ node_info: z.object({ id: z.string() }) })) })
const unconfirmed = z.object({ total: height })
const voters = z.object({
  validators: z.array(z.object({ address: z.string().toLowerCase(), voting_power: height })),
})
const broadcast = z.object({ code: z.number(), log: z.string() })

export class CometRpc {
  readonly #socket: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 })

  constructor(socket: string) {
    this.#socket = socket
  }

  /** Heights of the first and the last block that CometBFT keeps; 0 while there is none. */
  async status(): Promise<{ earliest: number; height: number; catchingUp: boolean }> {
    const { latest_block_height, earliest_block_height, catching_up } = status.parse(
      await this.call('status', {}),
    ).sync_info
    return { earliest: earliest_block_height, height: latest_block_height, catchingUp: catching_up }
  }

  /** Hash of the block of that height, 32 bytes. Throws `RpcError` when it is not kept. */
  async blockHash(at: number): Promise<Bytes> {
    const { signed_header } = commit.parse(await this.call('commit', { height: String(at) }))
    return fromHex(signed_header.commit.block_id.hash.toLowerCase())
  }

  /** Calls peers, `id@host:port`, and keeps calling them: all that there are, since they take the place of those before. */
  async dial(peers: readonly string[]): Promise<void> {
    if (peers.length === 0) return
    await this.call('dial_peers', { peers, persistent: true, unconditional: true, private: true })
  }

  /** Node ids of the peers that are connected. */
  async peers(): Promise<string[]> {
    return netInfo.parse(await this.call('net_info', {})).peers.map(({ node_info }) => node_info.id)
  }

  /** Transactions that wait in CometBFT's memory. */
  async waiting(): Promise<number> {
    return unconfirmed.parse(await this.call('num_unconfirmed_txs', {})).total
  }

  /** Who votes on the next block, by the addresses of their keys; at most 100. */
  async voters(): Promise<{ address: string; power: number }[]> {
    const { validators } = voters.parse(await this.call('validators', { per_page: '100' }))
    return validators.map(({ address, voting_power }) => ({ address, power: voting_power }))
  }

  /** `null` when CometBFT took the transaction, or had it before; else why the application refused it. */
  async broadcast(transaction: Bytes): Promise<string | null> {
    try {
      const { code, log } = broadcast.parse(await this.call('broadcast_tx_sync', { tx: toBase64(transaction) }))
      return code === 0 ? null : log
    } catch (error) {
      if (error instanceof RpcError && error.message.includes('tx already exists in cache')) return null
      throw error
    }
  }

  /** Throws `RpcError` when CometBFT answers with an error, another error when it does not answer. */
  call(
    method: string,
    params: { readonly [name: string]: string | boolean | readonly string[] | undefined },
  ): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          socketPath: this.#socket,
          path: '/',
          method: 'POST',
          agent: this.#agent,
          timeout: 15_000,
          headers: { host: 'cometbft', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        (answer) => {
          const parts: Buffer[] = []
          let bytes = 0
          answer.on('data', (part: Buffer) => {
            bytes += part.length
            if (bytes > MOST_ANSWER_BYTES) asked.destroy(new Error('the answer of CometBFT is too long'))
            else parts.push(part)
          })
          answer.on('error', reject)
          answer.on('end', () => {
            try {
              const { result, error } = envelope.parse(JSON.parse(Buffer.concat(parts).toString('utf8')))
              if (error === undefined) resolve(result)
              else reject(new RpcError(error))
            } catch (error) {
              reject(error)
            }
          })
        },
      )
      asked.on('timeout', () => asked.destroy(new Error('CometBFT does not answer')))
      asked.on('error', reject)
      asked.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
