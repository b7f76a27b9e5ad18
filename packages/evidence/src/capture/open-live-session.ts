import { Failure, type Refusal } from '@mingzheng/kernel'
import type { AddressProblem } from './guard/check-address.ts'
import type { LiveSession, LiveSessionRequest } from './live-session.ts'

/** Opens a browser in a fresh profile for an officer to drive. */
export async function openLiveSession(_request: LiveSessionRequest): Promise<LiveSession | Refusal<AddressProblem>> {
  throw new Failure('unreachable', 'being built')
}
