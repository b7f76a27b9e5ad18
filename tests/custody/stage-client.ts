/** Ledger clients of several members over one stage: what they put on one ledger, by the contracts themselves, without engines. */
import { type Clock, isRefusal, type Refusal, type Signer, toHex } from '@mingzheng/kernel'
import type { LedgerClient, Standing } from '@mingzheng/ledger'
import type { ContractStage } from '@mingzheng/ledger/testing'
import { encodeEntry } from '@mingzheng/proof'

/** One member's client; custody asks only for what is implemented. As at a gateway, a refused item stays refused. */
export function stageClient(stage: ContractStage, by: Signer, clock: Clock): LedgerClient {
  const refused = new Map<string, Refusal>()
  const missing = (): never => {
    throw new Error('not on this stage')
  }
  return {
    async submit(items) {
      const standings: Standing[] = []
      for (const { id, contract, method, arguments: args } of items) {
        stage.time = Math.max(stage.time, clock.now())
        const answer =
          refused.get(toHex(id)) ?? (await stage.block([{ by, method: `${contract}.${method}`, args, id }]))[0]!
        if (isRefusal(answer)) {
          refused.set(toHex(id), answer)
          standings.push({ kind: 'refused', id, refusal: answer as never })
        } else standings.push({ kind: 'ordered', id, index: answer.index, time: answer.time })
      }
      return standings
    },
    entries: async (from, count) =>
      stage.entries.slice(from, from + count).map(({ index, ...entry }) => ({ index, entry: encodeEntry(entry) })),
    async lookup(by) {
      if (!('number' in by)) return missing()
      return stage.entries
        .filter(({ body }) => body.n instanceof Uint8Array && toHex(body.n) === toHex(by.number))
        .map(({ index, ...entry }) => ({ index, entry: encodeEntry(entry) }))
    },
    standing: missing,
    wait: missing,
    receipt: missing,
    checkpoint: missing,
    status: missing,
    close: async () => undefined,
  }
}
