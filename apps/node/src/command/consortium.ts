/** `mingzheng consortium ...`: the ceremony among organisations on their own machines, by files that they pass on, and what comes after. */
import { mkdir, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Clock, encodeJson, Failure, fromBase64, type JsonValue, toHex } from '@mingzheng/kernel'
import { DEFAULT_RULES, genesisDigest, type PreviousCheckpoints } from '@mingzheng/ledger'
import { describePolicy, MEMBER_ROLES, type MemberRole } from '@mingzheng/proof'
import {
  approveFounding,
  draftFounding,
  encodeFounding,
  parseApproval,
  parseFounding,
  parseRequest,
  requireComplete,
  withApprovals,
} from '../ceremony/founding.ts'
import { acceptFounding, makeHome, ownRequest } from '../ceremony/make-home.ts'
import { fingerprint } from '../ceremony/member-request.ts'
import { FOUNDING_CONTRACTS } from '../contracts.ts'
import { openMemberKeys } from '../home/member-keys.ts'
import { writeWhole } from '../home/write-whole.ts'
import { looksLikeInvitation, parseInvitation } from '../joining/invitation.ts'
import { makeLightHome } from '../light/light-node.ts'
import { acceptInvited, admit, invite, rejoin, rotate } from './admit.ts'
import { chains, policyFile, register, retire } from './chains.ts'
import { expel, proposals, remove, vote } from './govern.ts'
import { backup, restore, resume } from './keep.ts'
import { leave } from './leave.ts'
import { maintainOwn } from './maintain-own.ts'
import { status } from './status.ts'
import { say, type Terminal } from './words.ts'

export const USAGE = `consortium join --home FOLDER --id ID --role ROLE --zh NAME --en NAME --origin ORIGIN --host ADDRESS [--url URL] [--ports PUBLIC,PRIVATE,ENGINE]
consortium init REQUEST... --origin ORIGIN --zh NAME --en NAME --quorum N [--any-of ROLE,...] [--delay TIME] [--platform FILE] [--demo] --out DRAFT
consortium approve DRAFT --home FOLDER --out APPROVAL
consortium init --draft DRAFT APPROVAL... --out FOUNDING
consortium accept FOUNDING|INVITATION --home FOLDER
consortium light FOUNDING --home FOLDER --host ADDRESS [--ports PUBLIC]
consortium status --home FOLDER
consortium leave --home FOLDER
consortium admit REQUEST --home FOLDER
consortium invite --home FOLDER --out INVITATION
consortium rotate REQUEST --home FOLDER
consortium rejoin --home FOLDER
consortium expel MEMBER --home FOLDER
consortium remove MEMBER --home FOLDER
consortium proposals --home FOLDER
consortium vote PROPOSAL yes|no --home FOLDER
consortium register POLICY --home FOLDER
consortium retire ORIGIN --home FOLDER
consortium chains --home FOLDER
consortium maintain --home FOLDER
consortium backup BACKUP --home FOLDER
consortium restore BACKUP --home FOLDER [--anew]
consortium resume --home FOLDER`

const OPTIONS = {
  home: { type: 'string' },
  id: { type: 'string' },
  role: { type: 'string' },
  zh: { type: 'string' },
  en: { type: 'string' },
  origin: { type: 'string' },
  host: { type: 'string' },
  url: { type: 'string' },
  ports: { type: 'string', default: '8440,8441,26656' },
  quorum: { type: 'string' },
  'any-of': { type: 'string', default: '' },
  /** From a proposal's passing to its effect, such as `24h`. */
  delay: { type: 'string', default: '24h' },
  platform: { type: 'string' },
  demo: { type: 'boolean', default: false },
  draft: { type: 'string' },
  out: { type: 'string' },
  anew: { type: 'boolean', default: false },
} as const

type Given = ReturnType<typeof readGiven>

function readGiven(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (cause) {
    throw new Failure('argument-wrong', (cause as Error).message, { cause, remedy: USAGE })
  }
}

/** Throws `argument-wrong`, `file-unreadable`, `founding-*`, `genesis-malformed`, `ledger-*`. */
export async function consortium(terminal: Terminal, args: readonly string[], clock: Clock): Promise<void> {
  const [act = '', ...rest] = args
  const given = readGiven(rest)
  switch (act) {
    case 'join':
      return join(terminal, given)
    case 'init':
      return given.values.draft === undefined ? draft(terminal, given, clock) : gather(terminal, given)
    case 'approve':
      return approve(terminal, given)
    case 'accept':
      return accept(terminal, given)
    case 'light':
      return light(terminal, given)
    case 'status':
      return status(terminal, home(terminal, given))
    case 'leave':
      return leave(terminal, home(terminal, given))
    case 'admit':
      return admit(terminal, home(terminal, given), parseRequest(await read(terminal, single(given))))
    case 'rotate':
      return rotate(terminal, home(terminal, given), parseRequest(await read(terminal, single(given))))
    case 'invite':
      return writeInvitation(terminal, given)
    case 'rejoin':
      return rejoin(terminal, home(terminal, given))
    case 'expel':
      return expel(terminal, home(terminal, given), single(given))
    case 'remove':
      return remove(terminal, home(terminal, given), single(given))
    case 'proposals':
      return proposals(terminal, home(terminal, given))
    case 'vote': {
      const [proposal = '', answer = ''] = given.positionals
      return vote(terminal, home(terminal, given), proposal, answer)
    }
    case 'register': {
      const named = single(given)
      return register(terminal, home(terminal, given), named, await policyFile(resolve(terminal.folder, named), named))
    }
    case 'retire':
      return retire(terminal, home(terminal, given), single(given))
    case 'chains':
      return chains(terminal, home(terminal, given))
    case 'maintain':
      return maintainOwn(terminal, home(terminal, given))
    case 'backup':
      return backup(terminal, home(terminal, given), resolve(terminal.folder, single(given)), clock)
    case 'restore':
      return restore(terminal, home(terminal, given), resolve(terminal.folder, single(given)), given.values.anew)
    case 'resume':
      return resume(terminal, home(terminal, given))
    default:
      throw new Failure('argument-wrong', `there is no consortium ${act}`, { remedy: USAGE })
  }
}

async function join(terminal: Terminal, given: Given): Promise<void> {
  const host = required(given, 'host')
  const [open, own, engine] = ports(given)
  const { request } = await makeHome(home(terminal, given), {
    id: required(given, 'id'),
    role: role(required(given, 'role')),
    name: { zh: required(given, 'zh'), en: required(given, 'en') },
    independent: true,
    origin: required(given, 'origin'),
    url: given.values.url ?? `http://${host}:${open}`,
    peer: { host, port: engine },
    listen: {
      public: { host, port: open },
      private: { host: '127.0.0.1', port: own },
      engine: { host, port: engine },
    },
  })
  say(terminal, {
    zh: `已在 ${home(terminal, given)} 生成 ${request.member.id} 的密钥。把其中的 request.json 交给发起者；其余文件不得离开本机。`,
    en: `the keys of ${request.member.id} are in ${home(terminal, given)}. Give its request.json to the founder; nothing else there may leave this machine.`,
  })
  const mark = fingerprint(request.member, fromBase64(request.consensusKey))
  say(terminal, { zh: `指纹 ${mark}`, en: `fingerprint ${mark}` })
}

async function draft(terminal: Terminal, given: Given, clock: Clock): Promise<void> {
  const requests = await Promise.all(given.positionals.map(async (name) => parseRequest(await read(terminal, name))))
  if (requests.length === 0) throw new Failure('argument-wrong', 'requests are needed', { remedy: USAGE })
  const platform = given.values.platform === undefined ? null : await readPlatform(terminal, given.values.platform)
  const anyOf = given.values['any-of'].split(',').filter((name) => name !== '')
  const drafted = draftFounding(requests, {
    origin: required(given, 'origin'),
    name: { zh: required(given, 'zh'), en: required(given, 'en') },
    statement: {
      zh: '本账本由下列机构共同维护，各自运行节点、各自持有密钥。',
      en: 'The organisations below keep this ledger together; each runs its own node and holds its own keys.',
    },
    demo: given.values.demo,
    time: clock.now(),
    quorum: { atLeast: Number(required(given, 'quorum')), anyOf: anyOf.map(role) },
    certificateRoots: platform?.certificateRoots ?? [],
    timestampRoots: platform?.timestampRoots ?? [],
    previous: platform?.previous ?? null,
    contracts: FOUNDING_CONTRACTS,
    governance: { delayMs: milliseconds(given.values.delay), windowMs: DEFAULT_RULES.windowMs },
  })
  await write(terminal, given, encodeFounding(drafted))
  describe(terminal, drafted.genesis)
  say(terminal, {
    zh: '把草案交给每个成员批准：./mingzheng consortium approve',
    en: 'give the draft to every member to approve: ./mingzheng consortium approve',
  })
}

async function approve(terminal: Terminal, given: Given): Promise<void> {
  const folder = home(terminal, given)
  const founding = parseFounding(await read(terminal, single(given)))
  const own = await ownRequest(folder)
  const keys = await openMemberKeys(folder)
  const approval = await approveFounding(founding, own, keys.ledger)
  describe(terminal, founding.genesis)
  await write(terminal, given, encodeJson(approval as JsonValue))
  say(terminal, {
    zh: `已以 ${own.member.id} 的名义批准。请用另一条途径与其他成员核对上面的摘要。`,
    en: `approved in the name of ${own.member.id}. Compare the digest above with the other members over another way.`,
  })
}

async function gather(terminal: Terminal, given: Given): Promise<void> {
  const founding = parseFounding(await read(terminal, given.values.draft!))
  const approvals = await Promise.all(given.positionals.map(async (name) => parseApproval(await read(terminal, name))))
  const founded = withApprovals(founding, approvals)
  requireComplete(founded)
  await write(terminal, given, encodeFounding(founded))
  say(terminal, {
    zh: '所有成员都已批准。把结果交给每个成员：./mingzheng consortium accept',
    en: 'every member has approved. Give the result to every member: ./mingzheng consortium accept',
  })
}

async function accept(terminal: Terminal, given: Given): Promise<void> {
  const folder = home(terminal, given)
  const bytes = await read(terminal, single(given))
  if (looksLikeInvitation(bytes)) {
    describe(terminal, parseInvitation(bytes).founding.genesis)
    return acceptInvited(terminal, folder, bytes)
  }
  const founding = parseFounding(bytes)
  await acceptFounding(folder, founding)
  describe(terminal, founding.genesis)
  say(terminal, {
    zh: `${folder} 已加入联盟。启动节点：systemctl start mingzheng-node，或 node apps/node/src/main.ts run ${folder}`,
    en: `${folder} belongs to the consortium. Start the node: systemctl start mingzheng-node, or node apps/node/src/main.ts run ${folder}`,
  })
}

async function writeInvitation(terminal: Terminal, given: Given): Promise<void> {
  const invitation = await invite(home(terminal, given))
  await write(terminal, given, invitation)
  describe(terminal, parseInvitation(invitation).founding.genesis)
  say(terminal, {
    zh: '把邀请交给新成员：./mingzheng consortium accept。请用另一条途径告诉对方上面的摘要。',
    en: 'give the invitation to the newcomer: ./mingzheng consortium accept. Tell it the digest above over another way.',
  })
}

async function light(terminal: Terminal, given: Given): Promise<void> {
  const folder = home(terminal, given)
  const port = Number(given.values.ports.split(',')[0])
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await makeLightHome(folder, await read(terminal, single(given)), { host: required(given, 'host'), port })
  say(terminal, {
    zh: `${folder} 是一份轻副本。启动：node apps/node/src/main.ts light ${folder}`,
    en: `${folder} is a light copy. Start it: node apps/node/src/main.ts light ${folder}`,
  })
}

function describe(terminal: Terminal, genesis: Parameters<typeof genesisDigest>[0]): void {
  for (const line of describePolicy(genesis.policy, terminal.language).split('\n')) terminal.print(`    ${line}`)
  say(terminal, {
    zh: `创世文件摘要 ${toHex(genesisDigest(genesis))}`,
    en: `digest of the genesis document ${toHex(genesisDigest(genesis))}`,
  })
}

interface PlatformFile {
  readonly certificateRoots: string[]
  readonly timestampRoots: string[]
  readonly previous: PreviousCheckpoints | null
}

/** What `prepare-consortium` of the platform's server wrote. */
async function readPlatform(terminal: Terminal, name: string): Promise<PlatformFile> {
  return JSON.parse(Buffer.from(await read(terminal, name)).toString('utf8')) as PlatformFile
}

function home(terminal: Terminal, given: Given): string {
  return resolve(terminal.folder, required(given, 'home'))
}

function single(given: Given): string {
  const [only, ...more] = given.positionals
  if (only !== undefined && more.length === 0) return only
  throw new Failure('argument-wrong', 'one file is needed', { remedy: USAGE })
}

function required(
  given: Given,
  name: 'home' | 'id' | 'role' | 'zh' | 'en' | 'origin' | 'host' | 'quorum' | 'out',
): string {
  const value = given.values[name]
  if (value !== undefined && value !== '') return value
  throw new Failure('argument-wrong', `--${name} is needed`, { field: `--${name}`, remedy: USAGE })
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function milliseconds(text: string): number {
  const [, count, unit] = /^(\d{1,5})([smhd])$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined) return Number(count) * UNITS[unit]!
  throw new Failure('argument-wrong', `${text} is no time`, { field: '--delay', remedy: '--delay 24h' })
}

function role(name: string): MemberRole {
  const known = MEMBER_ROLES.find((one) => one === name)
  if (known !== undefined) return known
  throw new Failure('argument-wrong', `${name} is no role`, { field: '--role', remedy: MEMBER_ROLES.join(', ') })
}

function ports(given: Given): [number, number, number] {
  const three = given.values.ports.split(',').map(Number)
  if (three.length === 3 && three.every((port) => Number.isInteger(port) && port > 0 && port < 65_536)) {
    return three as [number, number, number]
  }
  throw new Failure('argument-wrong', 'three ports are needed', { field: '--ports', remedy: '--ports 8440,8441,26656' })
}

async function read(terminal: Terminal, name: string): Promise<Uint8Array> {
  const path = resolve(terminal.folder, name)
  try {
    return new Uint8Array(await readFile(path))
  } catch (cause) {
    throw new Failure('file-unreadable', `${path} cannot be read: ${(cause as Error).message}`, {
      cause,
      field: 'FILE',
    })
  }
}

function write(terminal: Terminal, given: Given, bytes: Uint8Array): Promise<void> {
  return writeWhole(resolve(terminal.folder, required(given, 'out')), bytes)
}
