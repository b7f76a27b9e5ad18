/**
 * The authority's store as a journal: one line of JSON an event, appended and synced. What was cut off in the middle of
 * the last line was never acknowledged and is left out on reading. One process at a time.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { type Bytes, Failure, fromBase64, toBase64 } from '@mingzheng/kernel'
import { REVOCATION_REASONS, type RevocationReason } from '@mingzheng/proof'
import { z } from 'zod'
import type { AuthorityFamily, AuthorityStore, IssuedCertificate, Revocation } from './authority-store.ts'

const family = z.enum(['p256', 'sm2'])
const reason = z.enum(Object.keys(REVOCATION_REASONS) as [RevocationReason, ...RevocationReason[]])
const eventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('root'), family, der: z.base64() }),
  z.strictObject({
    event: z.literal('issued'),
    serial: z.string(),
    family,
    purpose: z.enum(['organisation', 'officer', 'timestamp', 'server']),
    der: z.base64(),
    subject: z.string(),
    notBefore: z.number(),
    notAfter: z.number(),
  }),
  z.strictObject({ event: z.literal('revoked'), serial: z.string(), reason, at: z.number() }),
  z.strictObject({ event: z.literal('list'), family, number: z.number() }),
])
type JournalEvent = z.infer<typeof eventSchema>

/** Opens or creates the journal at `path` (mode 0600). Throws `authority-store-damaged` with the line's number. */
export async function openFileAuthorityStore(path: string): Promise<AuthorityStore & { close(): Promise<void> }> {
  const file = await open(path, 'a+', 0o600)
  const journal = new Journal(file)
  try {
    await journal.read()
  } catch (cause) {
    await file.close()
    throw cause
  }
  return journal
}

class Journal implements AuthorityStore {
  private readonly file: FileHandle
  private readonly roots = new Map<AuthorityFamily, Bytes>()
  private readonly issued = new Map<string, IssuedCertificate>()
  private readonly numbers = new Map<AuthorityFamily, number>()
  private last: Promise<unknown> = Promise.resolve()

  constructor(file: FileHandle) {
    this.file = file
  }

  async read(): Promise<void> {
    const bytes = await this.file.readFile()
    const whole = bytes.lastIndexOf(10) + 1
    if (whole < bytes.length) await this.file.truncate(whole)
    const lines = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1)
    for (const [i, line] of lines.entries()) {
      try {
        this.apply(eventSchema.parse(JSON.parse(line)))
      } catch (cause) {
        throw new Failure('authority-store-damaged', `line ${i + 1} of the authority's journal is damaged`, { cause })
      }
    }
  }

  private apply(event: JournalEvent): void {
    switch (event.event) {
      case 'root':
        this.roots.set(event.family, fromBase64(event.der))
        break
      case 'issued': {
        const { event: _, ...rest } = event
        this.issued.set(event.serial, { ...rest, der: fromBase64(event.der), revocation: null })
        break
      }
      case 'revoked': {
        const certificate = this.issued.get(event.serial)
        if (certificate === undefined) throw new Failure('certificate-unknown', `no certificate ${event.serial}`)
        certificate.revocation ??= { reason: event.reason, at: event.at }
        break
      }
      case 'list':
        this.numbers.set(event.family, event.number)
    }
  }

  /** Appends in order: `make` sees what all earlier events left, `null` writes nothing. */
  private append(make: () => JournalEvent | null): Promise<void> {
    const next = this.last.then(async () => {
      const event = make()
      if (event === null) return
      await this.file.write(`${JSON.stringify(event)}\n`)
      await this.file.sync()
      this.apply(event)
    })
    this.last = next.catch(() => undefined)
    return next
  }

  async root(name: AuthorityFamily): Promise<Bytes | null> {
    return this.roots.get(name) ?? null
  }

  addRoot(name: AuthorityFamily, der: Bytes): Promise<void> {
    return this.append(() => {
      if (this.roots.has(name)) throw new Failure('authority-exists', `the ${name} root is there already`)
      return { event: 'root', family: name, der: toBase64(der) }
    })
  }

  add(certificate: IssuedCertificate): Promise<void> {
    const { revocation: _, ...rest } = certificate
    return this.append(() => ({ event: 'issued', ...rest, der: toBase64(certificate.der) }))
  }

  async find(serial: string): Promise<IssuedCertificate | null> {
    return copyOf(this.issued.get(serial))
  }

  async list(): Promise<IssuedCertificate[]> {
    return [...this.issued.values()].flatMap((certificate) => copyOf(certificate) ?? [])
  }

  revoke(serial: string, revocation: Revocation): Promise<void> {
    return this.append(() => {
      const known = this.issued.get(serial)
      if (known === undefined) throw new Failure('certificate-unknown', `no certificate ${serial}`)
      return known.revocation === null ? { event: 'revoked', serial, ...revocation } : null
    })
  }

  async revoked(name: AuthorityFamily): Promise<IssuedCertificate[]> {
    return (await this.list()).filter((certificate) => certificate.family === name && certificate.revocation !== null)
  }

  async nextListNumber(name: AuthorityFamily): Promise<number> {
    let number = 0
    await this.append(() => {
      number = (this.numbers.get(name) ?? 0) + 1
      return { event: 'list', family: name, number }
    })
    return number
  }

  async close(): Promise<void> {
    await this.last
    await this.file.close()
  }
}

const copyOf = (certificate: IssuedCertificate | undefined): IssuedCertificate | null =>
  certificate === undefined
    ? null
    : { ...certificate, revocation: certificate.revocation && { ...certificate.revocation } }
