/**
 * Asks the panels about one subject: the listings that are judged with all that is known of them, the others as offers that have a
 * price, and for resale prices what the same shops sell of other brands. The same lines, the same findings: they are kept.
 */
import { createHash } from 'node:crypto'
import { canonicalJson, type JsonValue } from '@mingzheng/kernel'
import { type ExaminedLine, listingOf } from '../fact/line-of.ts'
import { mended } from '../fact/mended.ts'
import type { Finding } from '../recognition/finding.ts'
import type { PanelModel } from '../recognition/model.ts'
import type { PanelListing, ReadListing } from './panel-listings.ts'
import type { PeerOffer } from './panel-offers.ts'

/** A finding of a panel about a listing. */
export interface PanelFound {
  readonly listing: PanelListing
  readonly line: ExaminedLine
  readonly day: string
  readonly finding: Finding
  /** The lines among which it was found, and its place among them, from 0. */
  readonly panel: { readonly lines: number; readonly number: number; readonly sha256: string }
}

export interface Subject {
  /** `brand\0code\0...` or `brand\0title\0...`; see `productOf`. */
  readonly name: string
  readonly judged: readonly ReadListing[]
  readonly peers: readonly PeerOffer[]
  /** What the same shops sell besides. */
  readonly others: readonly ReadListing[]
}

export interface JudgedSubject {
  readonly found: readonly PanelFound[]
  /** One canonical JSON a line. */
  readonly lines: string
}

export function judgeSubject(models: readonly PanelModel[], subject: Subject, day: string): JudgedSubject {
  const lines = [
    ...subject.judged.map(({ line }) => line),
    ...subject.peers.flatMap((peer) => peerLine(subject.name, peer) ?? []),
    ...subject.others.map(({ line }) => line),
  ].map((line) => mended(line as unknown as JsonValue) as unknown as ExaminedLine)
  const read = lines.map(listingOf)
  const concluded = models.map((model) => {
    const panel = model.open()
    for (const [number, line] of read.entries()) panel.add(line, number)
    return panel.conclude(day)
  })
  const text = lines.map((line) => `${canonicalJson(line as unknown as JsonValue)}\n`).join('')
  const found = subject.judged.flatMap(({ listing }, number) =>
    concluded.flatMap((findings) =>
      (findings.get(number) ?? []).map((finding) => ({ listing, line: lines[number]!, day, finding, number })),
    ),
  )
  if (found.length === 0) return { found: [], lines: '' }
  const sha256 = createHash('sha256').update(text).digest('hex')
  return {
    found: found.map(({ number, ...one }) => ({ ...one, panel: { lines: lines.length, number, sha256 } })),
    lines: text,
  }
}

/** An offer of which only the product and the price count. */
function peerLine(name: string, { listingId, price }: PeerOffer): ExaminedLine | null {
  const [brand = '', kind = '', product = ''] = name.split('\0')
  if (price === null || (kind !== 'code' && kind !== 'title')) return null
  return {
    id: listingId,
    title: kind === 'title' ? product : '',
    description: '',
    category: null,
    brand: brand === '' ? null : brand,
    price: String(price),
    original_price: null,
    shop: null,
    attributes: kind === 'code' ? { product_id: product } : {},
    images: [],
  }
}
