/** `consortium proposals`, `vote`, `remove`: a member's part in how the consortium changes itself. */
import { readFile } from 'node:fs/promises'
import { type Bytes, digest, Failure, fromHex, randomBytes, toHex } from '@mingzheng/kernel'
import { DOCUMENT_PART_BYTES, type LedgerClient, quorumWithout } from '@mingzheng/ledger'
import { type ConsortiumPolicy, encodePolicy, policyId } from '@mingzheng/proof'
import { z } from 'zod'
import { callChains } from '../chains/submit.ts'
import { homeLayout } from '../home/home-layout.ts'
import { readNodeConfiguration } from '../home/node-configuration.ts'
import { reachOwnNode } from './own-node.ts'
import { say, type Terminal } from './words.ts'

const view = z.object({
  proposals: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      about: z.string(),
      by: z.string(),
      yes: z.array(z.string()),
      no: z.array(z.string()),
      state: z.string(),
      fingerprint: z.string().nullish(),
      due: z.string().nullable(),
    }),
  ),
})

type Waiting = z.infer<typeof view>['proposals']

/** Throws `ledger-unreachable`. */
async function waitingAt(home: string): Promise<Waiting> {
  const { private: at } = await readNodeConfiguration(home)
  const token = (await readFile(homeLayout(home).token, 'utf8')).trim()
  const url = `http://${at.host}:${at.port}/governance`
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } }).catch((cause: Error) => {
    throw new Failure('ledger-unreachable', cause.message, { cause, remedy: 'start the node of this home' })
  })
  return view.parse(await answer.json()).proposals
}

/** Lists what waits for votes or for its time. Throws `ledger-unreachable`. */
export async function proposals(terminal: Terminal, home: string): Promise<void> {
  const waiting = await waitingAt(home)
  if (waiting.length === 0)
    say(terminal, { zh: '没有待表决或待生效的提议。', en: 'nothing waits for votes or for its time.' })
  for (const { id, kind, about, by, yes, no, state, due, fingerprint } of waiting) {
    terminal.print(`${id}  ${kind} ${about}  (${by})${fingerprint == null ? '' : `  ${fingerprint}`}`)
    terminal.print(`  ${state}${due === null ? '' : ` -> ${due}`}  + ${yes.join(' ') || '-'}  - ${no.join(' ') || '-'}`)
  }
}

/** Votes on a proposal by its id. Throws `argument-wrong`, `ledger-item-refused`. */
export async function vote(terminal: Terminal, home: string, id: string, answer: string): Promise<void> {
  if (!/^[0-9a-f]{32}$/.test(id) || !/^(yes|no)$/.test(answer)) {
    throw new Failure('argument-wrong', 'a proposal’s id and yes or no are needed', {
      remedy: 'see the ids by: ./mingzheng consortium proposals --home FOLDER',
    })
  }
  const waiting = await waitingAt(home)
  const ofChains = waiting.some((one) => one.id === id && one.kind.startsWith('chain-'))
  const { ledger } = await reachOwnNode(home)
  const args = { q: fromHex(id), y: answer === 'yes' }
  try {
    await (ofChains ? callChains(ledger, 'vote', args) : callGovernance(ledger, 'vote', args))
    say(terminal, { zh: '已表决，并已固证。', en: 'the vote is given, and fixed.' })
  } finally {
    await ledger.close()
  }
}

/** Proposes that a member leaves, after the delay. Throws `argument-wrong`, `ledger-item-refused`. */
export async function expel(terminal: Terminal, home: string, member: string): Promise<void> {
  const { ledger } = await reachOwnNode(home)
  try {
    const id = toHex(await proposeWithout(ledger, 'expel', member))
    say(terminal, {
      zh: `已提议 ${member} 退出联盟。其他成员表决：./mingzheng consortium vote ${id} yes`,
      en: `it is proposed that ${member} leaves. The others vote: ./mingzheng consortium vote ${id} yes`,
    })
  } finally {
    await ledger.close()
  }
}

/** Proposes to remove a member at once, because its keys are stolen. Throws `argument-wrong`, `ledger-item-refused`. */
export async function remove(terminal: Terminal, home: string, member: string): Promise<void> {
  const { ledger } = await reachOwnNode(home)
  try {
    const id = await proposeWithout(ledger, 'remove', member)
    say(terminal, {
      zh: `已提议立即移除 ${member}（密钥被盗）。其他成员表决：./mingzheng consortium vote ${toHex(id)} yes`,
      en: `it is proposed to remove ${member} at once, its keys being stolen. The others vote: ./mingzheng consortium vote ${toHex(id)} yes`,
    })
  } finally {
    await ledger.close()
  }
}

/** Proposes the policy in force without one member; answers with the proposal's id. */
export async function proposeWithout(
  ledger: LedgerClient & { readonly policy: unknown },
  k: 'expel' | 'remove',
  member: string,
): Promise<Bytes> {
  const former = ledger.policy as ConsortiumPolicy
  const members = former.members.filter(({ id }) => id !== member)
  if (members.length === former.members.length) throw new Failure('argument-wrong', `there is no member ${member}`)
  const quorum = quorumWithout(former, member)
  const next: ConsortiumPolicy = { ...former, former: policyId(former), members, quorum }
  return proposePolicy(ledger, next, { k, m: member })
}

/** Puts a policy on the ledger and proposes it; answers with the proposal's id. Throws `ledger-item-refused`. */
export async function proposePolicy(
  ledger: LedgerClient,
  next: ConsortiumPolicy,
  proposal: { readonly [name: string]: string | Bytes },
): Promise<Bytes> {
  const bytes = encodePolicy(next)
  const d = digest('sha256', bytes)
  for (let i = 0; i * DOCUMENT_PART_BYTES < bytes.length; i++) {
    const x: Bytes = bytes.slice(i * DOCUMENT_PART_BYTES, (i + 1) * DOCUMENT_PART_BYTES)
    await callGovernance(ledger, 'document', { d, i, x })
  }
  return callGovernance(ledger, 'propose', { ...proposal, p: d })
}

async function callGovernance(
  ledger: LedgerClient,
  method: string,
  args: { readonly [name: string]: string | number | boolean | Bytes },
): Promise<Bytes> {
  const id = randomBytes(16)
  await ledger.submit([{ id, contract: 'governance', method, arguments: args }])
  await ledger.wait(id, 'witnessed')
  return id
}
