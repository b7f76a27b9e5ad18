/** A receipt as the contract gives it: its bytes as base64. */
import { type Bytes, toBase64, utcText } from '@mingzheng/kernel'

export interface HeldReceipt {
  readonly index: number
  /** Milliseconds since 1970. */
  readonly time: number
  readonly entry: Bytes
  readonly proof: string
  readonly proofSm3: string
}

export function receiptView({ index, time, entry, proof, proofSm3 }: HeldReceipt) {
  return { index, time: utcText(time), entry: toBase64(entry), proof, proofSm3 }
}
