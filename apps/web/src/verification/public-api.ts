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
