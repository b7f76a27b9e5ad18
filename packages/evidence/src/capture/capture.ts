import { Failure, type Refusal } from '@mingzheng/kernel'
import type { CaptureRequest } from './capture-request.ts'
import type { CaptureResult } from './capture-result.ts'
import type { AddressProblem } from './guard/check-address.ts'

/** Makes a capture: the named steps of docs/formats/capture-data.md in order. */
export async function capture(_request: CaptureRequest): Promise<CaptureResult | Refusal<AddressProblem>> {
  throw new Failure('unreachable', 'being built')
}
