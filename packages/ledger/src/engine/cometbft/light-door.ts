/**
 * What another member's light client may ask of this member's CometBFT: the three calls by which it follows the chain from a block that
 * it trusts (CometBFT v0.38, light/provider/http and statesync), read-only, and nothing else of its RPC.
 */
import { type Bytes, fromUtf8, utf8 } from '@mingzheng/kernel'
import { z } from 'zod'
import { ledgerFailure } from '../../failure-codes.ts'
import { type CometRpc, RpcError, type RpcRefusal } from './comet-rpc.ts'

/** Longest question, bytes. */
const LONGEST_LIGHT_QUESTION = 2048

const natural = z.string().regex(/^(0|[1-9]\d{0,15})$/)
const question = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.number().int(), z.string().max(64)]),
  method: z.enum(['commit', 'validators', 'consensus_params']),
  params: z.strictObject({
    height: natural.optional(),
    page: natural.optional(),
    per_page: natural.optional(),
  }),
})

// JSON-RPC 2.0, section 5.1.
const NOT_UNDERSTOOD: RpcRefusal = {
  code: -32600,
  message: 'Invalid request',
  data: 'commit, validators, consensus_params',
}
const NOT_HERE: RpcRefusal = { code: -32603, message: 'Internal error', data: 'the engine does not answer' }

export class LightDoor {
  readonly #rpc: CometRpc

  constructor(rpc: CometRpc) {
    this.#rpc = rpc
  }

  /** The answer to a light client's question; errors of CometBFT are passed on in its own words, which light clients read. */
  async answer(asked: Bytes): Promise<Bytes> {
    let parsed: z.infer<typeof question>
    try {
      parsed = question.parse(JSON.parse(fromUtf8(asked.subarray(0, LONGEST_LIGHT_QUESTION))))
    } catch {
      return answer(-1, { error: NOT_UNDERSTOOD })
    }
    const { id, method, params } = parsed
    try {
      return answer(id, { result: await this.#rpc.call(method, params) })
    } catch (error) {
      return answer(id, { error: error instanceof RpcError ? error.refusal : NOT_HERE })
    }
  }

  /** Heights of the first and last block that CometBFT keeps. Throws when it does not answer. */
  async span(): Promise<{ readonly earliest: number; readonly height: number }> {
    const { earliest, height } = await this.#rpc.status()
    return { earliest, height }
  }

  /** Hash of a block that CometBFT keeps. Throws `ledger-not-found`. */
  async blockHash(height: number): Promise<Bytes> {
    try {
      return await this.#rpc.blockHash(height)
    } catch (cause) {
      if (!(cause instanceof RpcError)) throw cause
      throw ledgerFailure('ledger-not-found', `no block ${height} is kept`, { cause })
    }
  }
}

function answer(id: number | string, told: { readonly result: unknown } | { readonly error: RpcRefusal }): Bytes {
  return utf8(JSON.stringify({ jsonrpc: '2.0', id, ...told }))
}
