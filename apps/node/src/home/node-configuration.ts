/** `node.json` of a home: where this node listens and where the others are. Everything else follows from the founding file. */
import { readFile } from 'node:fs/promises'
import { encodeJson, Failure, type JsonValue } from '@mingzheng/kernel'
import { parseVerifierKey } from '@mingzheng/proof'
import { z } from 'zod'
import { homeLayout } from './home-layout.ts'
import { writeWhole } from './write-whole.ts'

const listen = z.strictObject({ host: z.string().min(1), port: z.number().int().min(0).max(65535) })

function isVerifierKey(text: string): boolean {
  try {
    return parseVerifierKey(text).kind === 'ed25519'
  } catch {
    return false
  }
}

const schema = z.strictObject({
  version: z.literal(1),
  /** This member's id. */
  member: z.string().min(1).max(64),
  /** The log, receipts, look-ups, peers' cosignatures: for everybody. */
  public: listen,
  /** The ledger for the organisation's own platform, by token: loopback or the house's own network. */
  private: listen,
  /** A court's page for its clerks: loopback or the house's own network. Absent: no page. */
  court: listen.optional(),
  /** Where CometBFT listens for its peers. */
  engine: listen,
  /** Where the others are, when it is not where their founding requests say. */
  peers: z
    .record(
      z.string(),
      z.strictObject({ url: z.url().optional(), host: z.string().optional(), port: z.number().optional() }),
    )
    .optional(),
  /** Other people's logs that this node witnesses (C2SP tlog-witness): their origins, and verifier keys of their log keys. */
  witness: z
    .array(
      z.strictObject({ origin: z.string().min(1).max(200), keys: z.array(z.string().refine(isVerifierKey)).min(1) }),
    )
    .optional(),
  /** Other ledgers that this one follows: pause between two looks, and between two recorded checkpoints, milliseconds. */
  chains: z
    .strictObject({ pollMs: z.number().int().min(100).optional(), everyMs: z.number().int().min(100).optional() })
    .optional(),
  logLevel: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug']).optional(),
  /** Below so many free bytes the node's health is an alarm. Default 2 GiB. */
  diskAlarmBytes: z.number().int().min(0).optional(),
  /** The engine gives back the room of old blocks once in so many hours; 0: only by `consortium maintain`. Default 24. */
  maintenanceHours: z.number().int().min(0).max(8784).optional(),
})

export type NodeConfiguration = z.infer<typeof schema>

/** Throws `configuration-wrong` naming the field. */
export async function readNodeConfiguration(home: string): Promise<NodeConfiguration> {
  const { configuration } = homeLayout(home)
  let value: unknown
  try {
    value = JSON.parse(await readFile(configuration, 'utf8'))
  } catch (cause) {
    throw new Failure('configuration-wrong', `${configuration}: ${(cause as Error).message}`, {
      cause,
      remedy: './mingzheng consortium join makes a home',
    })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new Failure('configuration-wrong', `${configuration}: ${field} is not as the guide says`, { field })
}

export function writeNodeConfiguration(home: string, configuration: NodeConfiguration): Promise<void> {
  return writeWhole(homeLayout(home).configuration, encodeJson(schema.parse(configuration) as JsonValue))
}
