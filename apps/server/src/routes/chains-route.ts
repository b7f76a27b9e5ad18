/** The other ledgers that this one follows, for everybody. */
import { Failure, refuse } from '@mingzheng/kernel'
import { encodePolicy } from '@mingzheng/proof'
import type { OtherChains } from '../compose/other-chains.ts'
import { bytesAnswer } from '../http/file-answer.ts'
import type { Handlers } from '../http/handler.ts'

export function chainsRoute<P>(
  others: Pick<OtherChains, 'view' | 'policyOf'>,
): Handlers<P, 'ledger.chains' | 'ledger.chainPolicy'> {
  return {
    'ledger.chains': async () => {
      const chains = await others.view().catch((cause: Error) => {
        throw new Failure('ledger-unreachable', cause.message, { cause })
      })
      return { chains: [...chains] }
    },
    'ledger.chainPolicy': ({ query }) => {
      const policy = others.policyOf(query.origin)
      if (policy === null) return refuse('not-found', 'no ledger of that name is followed', { field: 'origin' })
      return bytesAnswer(encodePolicy(policy), 'application/json', { fileName: 'policy.json', cache: 'no-cache' })
    },
  }
}
