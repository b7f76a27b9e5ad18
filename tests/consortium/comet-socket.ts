/** A member's own CometBFT, spoken to as a dishonest member speaks to it: past the gateway, by its socket. */
import { join } from 'node:path'
import { toBase64 } from '@mingzheng/kernel'
import { CometRpc } from '../../packages/ledger/src/engine/cometbft/comet-rpc.ts'
import type { FiveNodes, MemberId } from './five-nodes.ts'

export class CometSocket {
  readonly #rpc: CometRpc

  constructor(five: FiveNodes, id: MemberId) {
    this.#rpc = new CometRpc(join(five.home(id), 'comet', 'rpc.sock'))
  }

  /** Transactions of the block at a height, without the ledger time that stands first. */
  async transactions(height: number): Promise<Uint8Array[]> {
    const { block } = (await this.#rpc.call('block', { height: String(height) })) as {
      block: { data: { txs: string[] | null } }
    }
    return (block.data.txs ?? []).slice(1).map((text) => new Uint8Array(Buffer.from(text, 'base64')))
  }

  /** Time in the header of a block. */
  async time(height: number): Promise<string> {
    const { block } = (await this.#rpc.call('block', { height: String(height) })) as {
      block: { header: { time: string } }
    }
    return block.header.time
  }

  /** Addresses of the voters' keys, in CometBFT's order. */
  async voters(): Promise<string[]> {
    return (await this.#rpc.voters()).map(({ address }) => address)
  }

  /** Hands evidence of misbehaviour over. Throws what CometBFT finds wrong about it. */
  async accuse(evidence: unknown): Promise<void> {
    await this.#rpc.call('broadcast_evidence', { evidence } as never)
  }

  /** `taken`, or why not. */
  async give(transaction: Uint8Array): Promise<string> {
    try {
      const answer = (await this.#rpc.call('broadcast_tx_sync', { tx: toBase64(transaction) })) as {
        code: number
        log: string
      }
      return answer.code === 0 ? 'taken' : answer.log
    } catch (error) {
      return (error as Error).message
    }
  }

  close(): void {
    this.#rpc.close()
  }
}
