/**
 * Signs this member's checkpoints of both trees after each commit, exchanges cosignatures with the peers, and finds out when the
 * trust policy believes a checkpoint, on every node by itself. With no peers it is the embedded ledger's only signer.
 */
import { join } from 'node:path'
import { type Bytes, equalBytes } from '@mingzheng/kernel'
import {
  formatNote,
  type NoteSigner,
  type PolicyWitness,
  type Profile,
  type TrustPolicy,
  verifyLine,
} from '@mingzheng/proof'
import type { StallReason } from './engine/engine.ts'
import type { MemberStatus } from './ledger-client.ts'
import type { Log } from './log/log.ts'
import type { WitnessedCheckpoint } from './log/prove.ts'
import { type LedgerFiles, storageStall } from './storage/ledger-files.ts'
import { PROFILES, type SizeRecord, type Term, type TreeHeads } from './witness/cosignature-book.ts'
import { EquivocationFiles, type FoundEquivocation } from './witness/equivocation-files.ts'
import { CosignatureExchange } from './witness/exchange.ts'
import { OutsideLink, type OutsideLinkOptions, type OutsideWitness } from './witness/outside-witness.ts'
import { PeerLink, type WitnessPeer } from './witness/peer-link.ts'

export type { TreeHeads } from './witness/cosignature-book.ts'

/** A checkpoint that includes a change of policy, as the former policy believes it: what a policy chain's link needs. */
export interface PolicyLinkCheckpoint {
  readonly former: TrustPolicy
  readonly policy: TrustPolicy
  /** Index of the entry that brought the policy. */
  readonly index: number
  readonly checkpoint: WitnessedCheckpoint
}

export interface WitnessOptions {
  readonly policy: TrustPolicy
  /** Policies before it, by the index of the first entry that each judges, ascending, and since when `policy` judges. */
  readonly history?: {
    readonly former: readonly { readonly policy: TrustPolicy; readonly since: number }[]
    readonly since: number
  }
  /** The log's signer, then this member's, of each tree: keys of the policy. */
  readonly signers: { readonly [profile in Profile]: readonly NoteSigner[] }
  readonly log: Pick<Log, 'size' | 'trees'>
  readonly files: LedgerFiles
  /** Of this node: signatures and evidence are kept below it. */
  readonly folder: string
  readonly peers?: readonly WitnessPeer[]
  /** How a witness of the policy that is no member is reached; `null`: not from here. */
  readonly outside?: (witness: PolicyWitness) => OutsideWitness | null
  /** Shortest pause between two requests to one of them, milliseconds. Default 1,000. */
  readonly outsideMs?: number
  /** Why this member must not sign now, or `null`. */
  readonly mayNotSign: () => StallReason | null
  /** Called with each checkpoint that the policy believes, sizes ascending; again when more have signed the newest. */
  readonly witnessed: (checkpoint: WitnessedCheckpoint) => void
  /** Called with evidence that a member signed another root: once for each, and again at every start. */
  readonly equivocation?: (found: FoundEquivocation) => void
  /** Called once for each policy that is adopted, when the former one believes a checkpoint that includes the change. */
  readonly linked?: (link: PolicyLinkCheckpoint) => void
  /** Whether a policy of the history was linked before. */
  readonly isLinked?: (policy: TrustPolicy) => boolean
  readonly stalled: (reason: StallReason | null) => void
  readonly retryMs: number
}

/** Sizes that wait for this node's signature; members must sign the same ones, so that none is skipped without need. */
const MOST_QUEUED = 32
/** Longest pause between two pulls while the policy is not met, and while only some signature is missing; milliseconds. */
const PULL_MS = { unmet: 2_000, incomplete: 30_000 }

export class Witness {
  /** Where peers' messages go, and what answers them. */
  readonly exchange: CosignatureExchange
  readonly #options: WitnessOptions
  readonly #evidence: EquivocationFiles
  #links: readonly PeerLink[]
  #outside: readonly OutsideLink[]
  readonly #members = new Map<string, MemberStatus>()
  #queue: TreeHeads[] = []
  #newest: WitnessedCheckpoint | null = null
  /** Adopted policies whose link is not made yet, oldest first. */
  #unlinked: { former: Term; term: Term; index: number }[] = []
  #started = false
  #signing: Promise<void> | null = null
  #retry: NodeJS.Timeout | null = null
  #pull: { timer: NodeJS.Timeout | null; delay: number } = { timer: null, delay: 0 }
  #closed = false

  constructor(options: WitnessOptions) {
    this.#options = options
    const { policy, history, log, files, folder, peers = [] } = options
    this.#links = peers.map((peer) => new PeerLink(peer))
    this.#evidence = new EquivocationFiles({
      files,
      folder: join(folder, 'equivocation'),
      log,
      found: (found) => options.equivocation?.(found),
    })
    this.exchange = new CosignatureExchange({
      terms: [...(history?.former ?? []), { policy, since: history?.since ?? 0 }],
      log,
      // A ledger of one has nobody who would ask; its checkpoint stands beside the tiles.
      store: peers.length === 0 ? null : { files, folder: join(folder, 'signatures') },
      changed: (record) => this.#changed(record),
      contrary: (contrary) => {
        const term = this.exchange.termAt(contrary.size)
        this.#evidence.add(contrary, term, this.exchange.lineOver(contrary), this.#newest)
      },
    })
    this.#outside = this.#outsideLinks()
    this.#pull.delay = options.retryMs
    for (const [i, term] of this.exchange.terms.entries()) {
      const former = this.exchange.terms[i - 1]
      if (former === undefined || options.isLinked?.(term.policy) === true) continue
      this.#unlinked.push({ former, term, index: term.since - 1 })
    }
    for (const { id } of policy.members) this.#members.set(id, { id, witnessedSize: 0, witnessedAt: null })
  }

  get members(): readonly MemberStatus[] {
    return [...this.#members.values()]
  }

  /** Evidence against members that this node keeps. */
  get equivocations(): ReturnType<EquivocationFiles['list']> {
    return this.#evidence.list()
  }

  /**
   * Signs from now on. Before, what is offered waits: the log may still be recovering. Resolves after the first attempt,
   * whether it succeeded or not.
   */
  async start(): Promise<void> {
    this.#started = true
    this.#pump()
    await this.#signing
    // Evidence that a crash kept from the ledger is told again; what stands there already is refused there.
    setImmediate(() => {
      if (!this.#closed) this.#evidence.tellAgain(this.exchange.terms)
    }).unref()
  }

  /** A new state of the log, to be signed. */
  offer(heads: TreeHeads): void {
    this.#queue.push(heads)
    // Alone, only the newest matters; among several, those that are skipped here lack a signature elsewhere.
    const most = this.#links.length === 0 ? 1 : MOST_QUEUED
    if (this.#queue.length > most) this.#queue = this.#queue.slice(-most)
    this.#pump()
  }

  /** A policy that judges the entries after `index`, which is the entry that brought it. Call it before that entry's size is offered. */
  adopt(policy: TrustPolicy, index: number): void {
    const former = this.exchange.terms.at(-1)!
    this.exchange.adopt(policy, index + 1)
    const term = this.exchange.terms.at(-1)!
    if (term === former) return
    this.#unlinked.push({ former, term, index })
    for (const link of this.#outside) link.close()
    this.#outside = this.#outsideLinks()
    const before = new Map(this.#members)
    this.#members.clear()
    for (const { id } of policy.members) {
      this.#members.set(id, before.get(id) ?? { id, witnessedSize: 0, witnessedAt: null })
    }
    const { newest } = this.exchange
    if (newest !== null && newest.size > index) this.#changed(newest)
  }

  /** The other members from now on. Who stays keeps what is on its way. */
  reach(peers: readonly WitnessPeer[]): void {
    const links = peers.map((peer) => this.#links.find((link) => link.leadsTo(peer)) ?? new PeerLink(peer))
    for (const link of this.#links) if (!links.includes(link)) link.close()
    this.#links = links
    this.#pull.delay = this.#options.retryMs
    this.#pullLater()
  }

  /** Takes a peer's message: `exchange.receive`. */
  receive(message: Bytes): ReturnType<CosignatureExchange['receive']> {
    return this.exchange.receive(message)
  }

  /** Ends; a signature under way is waited for. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    if (this.#pull.timer !== null) clearTimeout(this.#pull.timer)
    for (const link of [...this.#links, ...this.#outside]) link.close()
    await this.#signing
    await this.exchange.close()
  }

  #pump(): void {
    if (!this.#started || this.#closed || this.#signing !== null || this.#retry !== null) return
    const heads = this.#queue.shift()
    if (heads === undefined) return
    // Lines of faster peers count at once.
    const record = this.exchange.reach(heads)
    this.#signing = this.#sign(record, heads)
      .catch((error): StallReason => {
        const { code, detail } = storageStall(error)
        const storage = String((error as { code?: unknown }).code).startsWith('storage-')
        return storage ? { code, detail } : { code: 'signer-fault', detail: String((error as Error).message) }
      })
      .then((stall) => {
        this.#signing = null
        this.#options.stalled(stall)
        if (stall !== null && !this.#closed) {
          if (this.#queue.length === 0) this.#queue.push(heads)
          this.#retry = setTimeout(() => {
            this.#retry = null
            this.#pump()
          }, this.#options.retryMs)
        }
        this.#pump()
      })
  }

  async #sign(record: SizeRecord, heads: TreeHeads): Promise<StallReason | null> {
    const { signers, mayNotSign } = this.#options
    const hindered = mayNotSign()
    if (hindered !== null) return hindered
    const stranger = this.#strangerKey(record)
    if (stranger !== null) {
      return { code: 'signer-fault', detail: `the trust policy in force does not name this node's key ${stranger}` }
    }
    const names = PROFILES.flatMap((profile) => signers[profile].map(({ key }) => key.name))
    const changed = PROFILES.find((profile) => !equalBytes(record.root[profile], heads.root[profile]))
    const otherwise = changed ?? this.exchange.signedOtherwise(record, names)
    if (otherwise !== null) {
      const detail = `this node has signed another ${otherwise} root of ${record.size} entries`
      return { code: 'signer-fault', detail }
    }
    const made = await Promise.all(PROFILES.map((profile) => this.#linesOf(record, profile)))
    const bad = made.flat().find(({ holds }) => !holds)
    if (bad !== undefined) return { code: 'signer-fault', detail: `the signature of ${bad.key.name} does not hold` }
    for (const [i, profile] of PROFILES.entries()) this.exchange.sign(record, profile, made[i]!)
    this.#post(record)
    this.#askOutside(record)
    this.#changed(record)
    if (this.#links.length > 0 || this.#newest?.size === record.size) return null
    const { length } = this.exchange.termAt(record.size).signed(record, 'sha256')
    return { code: 'quorum-missing', detail: `${length} members have signed size ${record.size}` }
  }

  /** A key of this node that the policy of the record's size does not name: it left, or its keys were changed. */
  #strangerKey(record: SizeRecord): string | null {
    const { keys } = this.exchange.termAt(record.size)
    for (const profile of PROFILES) {
      for (const { key } of this.#options.signers[profile]) {
        if (!keys[profile].keys.some(({ name, keyId }) => name === key.name && keyId === key.keyId)) return key.name
      }
    }
    return null
  }

  async #linesOf(record: SizeRecord, profile: Profile) {
    const text = record.text[profile]
    return Promise.all(
      this.#options.signers[profile].map(async ({ key, sign }) => {
        const line = await sign(text)
        const verdict = verifyLine({ text }, line, key)
        return { line, key, holds: verdict.valid, time: verdict.valid ? verdict.time : null }
      }),
    )
  }

  /** This member's own lines go to every peer; others' lines the peers have from themselves. */
  #post(record: SizeRecord): void {
    if (this.#links.length === 0) return
    const own = this.exchange.ownNotes(record, this.#options.signers)
    for (const link of this.#links) link.post(own)
    // Peers post theirs by themselves: asking is for what was lost on the way.
    this.#pull.delay = 4 * this.#options.retryMs
    this.#pullLater()
  }

  /** The policy's witnesses that are no members, as far as they are reached from here. */
  #outsideLinks(): OutsideLink[] {
    const { outside, log, outsideMs = 1000 } = this.#options
    return this.exchange.terms.at(-1)!.keys.sha256.witnesses.flatMap(({ witness: named, key }) => {
      const witness = outside?.(named) ?? null
      if (witness === null) return []
      const cosigned: OutsideLinkOptions['cosigned'] = ({ size }, line, time) => {
        const record = this.exchange.at(size)
        if (record === null) return
        this.exchange.addOutside(record, line, time)
        const note = formatNote({ text: record.text.sha256, signatures: [line] })
        for (const link of this.#links) link.post([note])
      }
      const consistency = (from: number, to: number) => log.trees.sha256.consistency(from, to)
      return new OutsideLink({ witness, key, consistency, cosigned, pauseMs: outsideMs })
    })
  }

  #askOutside({ size, text, logLines }: SizeRecord): void {
    if (logLines.sha256 === undefined) return
    const signed = formatNote({ text: text.sha256, signatures: [logLines.sha256] })
    for (const link of this.#outside) link.offer({ size, text: text.sha256, signed })
  }

  /** Lines came: whoever signed both trees has witnessed, and the policy may be met now, or by more. */
  #changed(record: SizeRecord): void {
    const term = this.exchange.termAt(record.size)
    this.#noteMembers(record, term)
    for (const [i, { former, term: next, index }] of [...this.#unlinked.entries()].reverse()) {
      if (record.size <= index) continue
      const checkpoint = former.compose(record)
      if (checkpoint === null) continue
      this.#unlinked.splice(i, 1)
      this.#options.linked?.({ former: former.policy, policy: next.policy, index, checkpoint })
    }
    if (this.#newest !== null && record.size < this.#newest.size) return
    const checkpoint = term.compose(record)
    if (checkpoint === null) return
    const { sha256, sm3 } = this.#newest ?? {}
    if (checkpoint.sha256 === sha256 && checkpoint.sm3 === sm3) return
    this.#newest = checkpoint
    this.#options.stalled(null)
    this.#options.witnessed(checkpoint)
    this.#evidence.believed(checkpoint)
  }

  #noteMembers(record: SizeRecord, term: Term): void {
    const sm3 = new Set(term.signed(record, 'sm3'))
    for (const { member, key } of term.keys.sha256.members) {
      const held = record.lines.sha256.get(`${key.name} ${key.keyId}`)
      const known = this.#members.get(member.id)
      if (held === undefined || !sm3.has(member.id) || known === undefined || known.witnessedSize > record.size)
        continue
      this.#members.set(member.id, { id: member.id, witnessedSize: record.size, witnessedAt: held.time })
    }
  }

  /** Until everybody has signed the newest size, the peers are asked, ever less often. */
  #pullLater(): void {
    if (this.#closed || this.#pull.timer !== null || this.#links.length === 0) return
    const record = this.exchange.newest
    if (record === null) return
    const term = this.exchange.termAt(record.size)
    const all = term.policy.members.length
    if (PROFILES.every((profile) => term.signed(record, profile).length === all)) return
    const most = this.#newest?.size === record.size ? PULL_MS.incomplete : PULL_MS.unmet
    const delay = Math.min(this.#pull.delay, most)
    this.#pull.timer = setTimeout(() => void this.#pullNow(), delay)
    // Asking alone keeps no process alive.
    this.#pull.timer.unref()
    this.#pull.delay = 2 * delay
  }

  async #pullNow(): Promise<void> {
    const size = this.exchange.newest?.size ?? 0
    await Promise.all(this.#links.map((link) => link.pull(size, (message) => void this.exchange.receive(message))))
    this.#pull.timer = null
    if (this.#closed) return
    const behind = this.#newest === null || this.#newest.size < size
    if (behind) {
      const detail = `the members that the policy asks for have not signed size ${size}`
      this.#options.stalled({ code: 'quorum-missing', detail })
    }
    this.#pullLater()
  }
}
