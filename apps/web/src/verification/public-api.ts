/** What this page asks the server; all of it public. */
import { addressOf, createClient } from '@mingzheng/api'

export const api = createClient('', (input, init) => fetch(input, init))

/** The trust policy of this installation as bytes, or null where it cannot be had. */
export async function fetchPolicy(): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const response = await fetch(addressOf('instance.policy'))
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : null
  } catch {
    return null
  }
}

/** Trust policies of the ledgers that this installation's own follows, as bytes; none where they cannot be had. */
export async function fetchOtherPolicies(): Promise<Uint8Array<ArrayBuffer>[]> {
  try {
    const { chains } = await api.call('ledger.chains')
    const followed = chains.filter(({ state }) => state !== 'retired' && state !== 'equivocated')
    const asked = followed.map(async ({ origin }) => {
      const response = await fetch(addressOf('ledger.chainPolicy', { query: { origin } }))
      return response.ok ? [new Uint8Array(await response.arrayBuffer())] : []
    })
    return (await Promise.all(asked)).flat()
  } catch {
    return []
  }
}
