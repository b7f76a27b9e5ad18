/** What the site sent and received, so that an archive can be held against it. */
import { createHash } from 'node:crypto'

export interface SentAnswer {
  /** `host:port` as the browser asked, and path with query. */
  url: string
  method: string
  status: number
  /** SHA-256 of the payload before any encoding; of a cut-off answer, of the part that was sent. */
  sha256: string
  bytes: number
  /** `redirect`: browsers throw the payload away. `cut-off`: the connection was ended in the middle. */
  kind: 'whole' | 'redirect' | 'cut-off' | 'stream'
}

export interface ReceivedBody {
  url: string
  method: string
  sha256: string
  bytes: number
}

export interface SocketMessage {
  direction: 'to-server' | 'to-browser'
  data: string
}

export class Sent {
  readonly answers: SentAnswer[] = []
  readonly bodies: ReceivedBody[] = []
  readonly messages: SocketMessage[] = []

  answer(answer: Omit<SentAnswer, 'sha256' | 'bytes'>, payload: Uint8Array): void {
    this.answers.push({ ...answer, sha256: sha256(payload), bytes: payload.length })
  }

  body(url: string, method: string, body: Uint8Array): void {
    this.bodies.push({ url, method, sha256: sha256(body), bytes: body.length })
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
