/**
 * Consortia on one machine, by the same ceremony as among many: the platform's five organisations, and the courts' four beside
 * them. Each member has its own folder and keys; the two ledgers have nothing in common.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, randomBytes, toHex } from '@mingzheng/kernel'
import type { MemberRole } from '@mingzheng/proof'
import { z } from 'zod'
import {
  approveFounding,
  draftFounding,
  encodeFounding,
  type Founding,
  type FoundingWords,
  parseFounding,
  withApprovals,
} from '../ceremony/founding.ts'
import { acceptFounding, makeHome } from '../ceremony/make-home.ts'
import { FOUNDING_CONTRACTS } from '../contracts.ts'
import { readNodeConfiguration } from '../home/node-configuration.ts'
import { writeWhole } from '../home/write-whole.ts'
import { freePorts } from './free-ports.ts'

const words = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) })
/** What the platform says of itself; the regulator's node is its own. */
export const platformSchema = z.strictObject({
  host: z.string(),
  province: z.string(),
  demo: z.boolean(),
  organisation: words,
  certificateRoots: z.array(z.string()),
  timestampRoots: z.array(z.string()),
  previous: z.strictObject({ sha256: z.string(), sm3: z.string() }).nullable(),
  /** How long governance waits, milliseconds; absent: a day, and thirty for voting. */
  governance: z.strictObject({ delayMs: z.number().int().min(0), windowMs: z.number().int().min(1) }).optional(),
})
export type Platform = z.infer<typeof platformSchema>

/** What a court's chain on the same machine needs to know; nothing of the platform's chain. */
export const courtsPlaceSchema = z.strictObject({ host: z.string(), province: z.string(), demo: z.boolean() })
export type CourtsPlace = z.infer<typeof courtsPlaceSchema>

interface LocalMember {
  readonly id: string
  readonly role: MemberRole
  readonly name: { readonly zh: string; readonly en: string }
}

/** Who founds a ledger on this machine, and under what words. */
interface LocalPlan extends Pick<FoundingWords, 'name' | 'statement' | 'demo' | 'quorum' | 'previous' | 'governance'> {
  readonly members: readonly LocalMember[]
  /** The origin without its last part, which is drawn. */
  readonly origin: string
  readonly certificateRoots: readonly string[]
  readonly timestampRoots: readonly string[]
}

const OTHERS: readonly LocalMember[] = [
  { id: 'court', role: 'court', name: { zh: '互联网法院', en: 'Internet Court' } },
  { id: 'notary', role: 'notary', name: { zh: '公证处', en: 'Notary Office' } },
  { id: 'forensic', role: 'forensic', name: { zh: '司法鉴定所', en: 'Forensic Institute' } },
  { id: 'ca', role: 'ca', name: { zh: '电子认证机构', en: 'Certificate Authority' } },
]

/** Four: one may be away. */
const COURTS: readonly LocalMember[] = [
  { id: 'internet-court', role: 'court', name: { zh: '互联网法院', en: 'Internet Court' } },
  { id: 'high-court', role: 'court', name: { zh: '高级人民法院', en: 'High Court' } },
  { id: 'institute', role: 'forensic', name: { zh: '法院技术研究所', en: 'Technical Institute of the Courts' } },
  { id: 'notaries', role: 'notary', name: { zh: '公证协会', en: 'Notary Association' } },
]

const onOneMachine = (zh: string, en: string) => ({
  zh: `本联盟的${zh}个节点运行在同一台机器上，由同一运营者启动：它们各有密钥与账本，但并非各自独立的机构。`,
  en: `The ${en} nodes of this consortium run on one machine, started by one operator: each has keys and a log of its own, but they are not independent bodies.`,
})

function platformPlan({ host, province, organisation, demo, ...rest }: Platform): LocalPlan {
  return {
    ...rest,
    demo,
    members: [{ id: 'regulator', role: 'regulator', name: organisation }, ...OTHERS],
    origin: `${host}/${province}`,
    name: { zh: `${organisation.zh}联盟账本`, en: `Consortium ledger of ${organisation.en}` },
    statement: onOneMachine('五', 'five'),
    quorum: { atLeast: 3, anyOf: ['court', 'notary'] },
  }
}

function courtsPlan({ host, province, demo }: CourtsPlace): LocalPlan {
  return {
    demo,
    members: COURTS,
    origin: `courts.${host}/${province}`,
    name: { zh: '法院链', en: 'Ledger of the courts' },
    statement: onOneMachine('四', 'four'),
    quorum: { atLeast: 3, anyOf: ['court'] },
    certificateRoots: [],
    timestampRoots: [],
    previous: null,
  }
}

const PORTS = 4
const HOST = '127.0.0.1'
/** Whoever tries two ledgers on one machine wants to see them meet. */
const FOLLOWING = { pollMs: 3000, everyMs: 10_000 }

/** Founds the platform's consortium in `folder`, or takes up a founding that was broken off. Answers the homes, the regulator's first. */
export function foundLocally(folder: string, platform: Platform, clock: Clock): Promise<Founding> {
  return found(folder, platformPlan(platform), clock)
}

/** Founds the courts' own consortium in `folder`: another origin, other members, keys and homes. */
export function foundCourtsLocally(folder: string, place: CourtsPlace, clock: Clock): Promise<Founding> {
  return found(folder, courtsPlan(place), clock)
}

async function found(folder: string, plan: LocalPlan, clock: Clock): Promise<Founding> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'founding.json')
  const there = await readFile(path).catch(() => null)
  const founding = there === null ? await hold(folder, plan, clock) : parseFounding(new Uint8Array(there))
  if (there === null) await writeWhole(path, encodeFounding(founding))
  for (const { member } of founding.requests) await acceptFounding(join(folder, member.id), founding)
  return founding
}

async function hold(folder: string, plan: LocalPlan, clock: Clock): Promise<Founding> {
  const { members, ...words } = plan
  const origin = `${plan.origin}/${toHex(randomBytes(4))}`
  const ports = await freePorts(members.length * PORTS)
  const made = await Promise.all(
    members.map((member, i) => {
      const [engine, open, own, court] = ports.slice(i * PORTS) as [number, number, number, number]
      return makeHome(join(folder, member.id), {
        ...member,
        independent: false,
        origin,
        url: `http://${HOST}:${open}`,
        peer: { host: HOST, port: engine },
        listen: {
          public: { host: HOST, port: open },
          private: { host: HOST, port: own },
          engine: { host: HOST, port: engine },
          ...(member.role === 'court' ? { court: { host: HOST, port: court } } : {}),
          chains: FOLLOWING,
        },
      })
    }),
  )
  const requests = made.map(({ request }) => request)
  const draft = draftFounding(requests, { ...words, origin, time: clock.now(), contracts: FOUNDING_CONTRACTS })
  // Each approves by its own keys what it reads from the file that it is given.
  const passedOn = parseFounding(encodeFounding(draft))
  const approvals = await Promise.all(made.map(({ request, keys }) => approveFounding(passedOn, request, keys.ledger)))
  return withApprovals(passedOn, approvals)
}

/** Where the first member's node is for its platform, and all homes. */
export async function describeLocally(folder: string, founding: Founding) {
  const first = join(folder, founding.requests[0]!.member.id)
  const { private: own } = await readNodeConfiguration(first)
  return {
    origin: founding.genesis.origin,
    ledgerUrl: `http://${own.host}:${own.port}`,
    tokenFile: join(first, 'token'),
    homes: founding.requests.map(({ member }) => ({
      id: member.id,
      home: join(folder, member.id),
      url: member.url ?? null,
    })),
  }
}
