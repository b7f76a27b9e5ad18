/** Payloads that were not seen going by are asked for afterwards. */
import type { CdpSession } from '../../browser/cdp.ts'
import type { Exchange } from './exchange.ts'

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * Asks the browser for a finished payload. Binary ones come exactly. Text comes decoded; when it has, as UTF-8, the
 * very length that was received (a byte-order mark counted), those are the bytes; else they are kept as decoded text
 * and the record says so.
 */
export async function recoverPayload(exchange: Exchange, session: CdpSession): Promise<void> {
  let answer: { body: string; base64Encoded: boolean }
  try {
    answer = await session.send('Network.getResponseBody', { requestId: exchange.id }, { timeoutMs: 10_000 })
  } catch {
    return
  }
  const bytes = Buffer.from(answer.body, answer.base64Encoded ? 'base64' : 'utf8')
  const keep = (body: Uint8Array, payload: Exchange['payload']) => {
    exchange.body = [body]
    exchange.bodyBytes = body.length
    exchange.payload = payload
  }
  if (bytes.length === 0) return
  const isUncounted = exchange.decodedBytes === 0 && !answer.body.includes('\ufffd')
  if (answer.base64Encoded || isUncounted || bytes.length === exchange.decodedBytes) keep(bytes, 'browser')
  else if (bytes.length + BYTE_ORDER_MARK.length === exchange.decodedBytes) {
    keep(Buffer.concat([BYTE_ORDER_MARK, bytes]), 'browser')
  } else keep(bytes, 'browser-text')
}
