/** One batch on its way: what was fetched of each address, what it says, what models made of it. */
import type { Bytes } from '@mingzheng/kernel'
import type { ExaminedLine, PictureText } from '../fact/line-of.ts'
import type { ClaimedAddress } from '../frontier/claim.ts'
import type { Finding } from '../recognition/finding.ts'
import type { Fetched } from '../source/fetch-page.ts'
import type { Reading } from './read-fetched.ts'

export interface BatchPage {
  readonly address: ClaimedAddress
  /** Milliseconds since 1970 at the end of the fetch. */
  readonly at: number
  readonly snapshotId: string
  readonly fetched: Fetched
  readonly reading: Reading
  /** Pictures whose words were read, or which show a logo of the register. */
  readonly pictures: (PictureText & { readonly body: Bytes })[]
}

/** A listing whose facts were looked at. */
export interface ExaminedListing {
  readonly page: BatchPage
  readonly key: string
  readonly line: ExaminedLine
  /** The day whose law counts. */
  readonly day: string
  readonly findings: readonly Finding[]
}
