/** Verification on a thread of its own, so that the page stays alive while gigabytes are read. */
import { blobSource, parsePolicy, type Report, type TrustPolicy, verifyPackage } from '@mingzheng/proof'

export interface VerifyRequest {
  file: File
  policies: Uint8Array<ArrayBuffer>[]
}

export type VerifyMessage =
  | { kind: 'progress'; read: number; total: number }
  | { kind: 'report'; report: Report }
  | { kind: 'unreadable' }

const say = (message: VerifyMessage) => postMessage(message)
const PAUSE_MS = 80

addEventListener('message', (event: MessageEvent<VerifyRequest>) => {
  void verify(event.data)
})

async function verify({ file, policies }: VerifyRequest): Promise<void> {
  let last = 0
  try {
    const report = await verifyPackage(blobSource(file), {
      policies: policies.flatMap(readPolicy),
      now: Date.now(),
      onProgress: (read, total) => {
        const now = performance.now()
        if (now - last < PAUSE_MS) return
        last = now
        say({ kind: 'progress', read, total })
      },
    })
    say({ kind: 'report', report })
  } catch {
    say({ kind: 'unreadable' })
  }
}

function readPolicy(bytes: Uint8Array<ArrayBuffer>): TrustPolicy[] {
  try {
    return [parsePolicy(bytes)]
  } catch {
    return []
  }
}
