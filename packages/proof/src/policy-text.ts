/** A trust policy in words for people, and in the form of C2SP tlog-policy for other programs. */
import { witnessesOf, witnessesWanted } from './policy.ts'
import type { MemberRole, TrustPolicy } from './policy-schema.ts'

/** Roles in words. */
export const ROLE: Record<MemberRole, { zh: string; en: string }> = {
  regulator: { zh: '监管部门', en: 'regulator' },
  court: { zh: '法院', en: 'court' },
  notary: { zh: '公证机构', en: 'notary' },
  forensic: { zh: '司法鉴定机构', en: 'forensic institute' },
  ca: { zh: '电子认证服务机构', en: 'certificate authority' },
}

/** What the policy asks of its members, as part of a sentence. */
export function quorumInWords({ quorum: { atLeast, anyOf } }: TrustPolicy): { zh: string; en: string } {
  const zh = anyOf.length === 0 ? '' : `，其中须有${anyOf.map((role) => ROLE[role].zh).join('或')}`
  const en = anyOf.length === 0 ? '' : `, among them a ${anyOf.map((role) => ROLE[role].en).join(' or a ')}`
  return { zh: `至少须 ${atLeast} 个${zh}`, en: `at least ${atLeast} needed${en}` }
}

/** The policy in words, one statement a line. */
export function describePolicy(policy: TrustPolicy, language: 'zh' | 'en'): string {
  return (language === 'zh' ? inChinese(policy) : inEnglish(policy)).join('\n')
}

function inChinese(policy: TrustPolicy): string[] {
  const { atLeast, anyOf } = policy.quorum
  const among = anyOf.length === 0 ? '' : `，其中须有${anyOf.map((role) => ROLE[role].zh).join('或')}`
  return [
    `信任策略「${policy.name.zh}」，适用于账本 ${policy.origin}。`,
    `检查点须有${policy.version === 1 ? '账本密钥' : '任一成员的账本密钥'}的签名，并由下列 ${policy.members.length} 个成员中至少 ${atLeast} 个见证${among}。`,
    ...policy.members.map(
      ({ name, role, independent }) =>
        `· ${name.zh}（${ROLE[role].zh}，${independent ? '独立于' : '不独立于'}账本运营者）`,
    ),
    ...(policy.members.some((member) => member.independent) ? [] : ['没有独立成员见证：账本运营者可以倒填时间。']),
    ...witnessesInChinese(policy),
    `认可 ${policy.certificateRoots.length} 个数字证书根、${policy.timestampRoots.length} 个时间戳根。`,
    ...(policy.demo ? ['这是演示用策略，据此验证的内容不得作为证据。'] : []),
    policy.statement.zh,
  ]
}

function inEnglish(policy: TrustPolicy): string[] {
  const { atLeast, anyOf } = policy.quorum
  const among = anyOf.length === 0 ? '' : `, among them a ${anyOf.map((role) => ROLE[role].en).join(' or a ')}`
  const count = policy.members.length
  return [
    `Trust policy "${policy.name.en}" for the ledger ${policy.origin}.`,
    `A checkpoint needs ${policy.version === 1 ? "the ledger key's signature" : "the signature of some member's ledger key"} and at least ${atLeast} of ${count} member${count === 1 ? '' : 's'}${among}.`,
    ...policy.members.map(
      ({ name, role, independent }) =>
        `- ${name.en} (${ROLE[role].en}, ${independent ? '' : 'not '}independent of the ledger's operator)`,
    ),
    ...(policy.members.some((member) => member.independent)
      ? []
      : ['No independent member witnesses it: the operator of the ledger could backdate.']),
    ...witnessesInEnglish(policy),
    `Accepts ${policy.certificateRoots.length} certificate root(s) and ${policy.timestampRoots.length} timestamp root(s).`,
    ...(policy.demo ? ['This is a policy for demonstration: what it verifies is not evidence.'] : []),
    policy.statement.en,
  ]
}

function witnessesInChinese(policy: TrustPolicy): string[] {
  const others = witnessesOf(policy)
  if (others.length === 0) return []
  const wanted = witnessesWanted(policy)
  const least = wanted === 0 ? '不要求其签名' : `其中至少 ${wanted} 个须签名`
  return [`成员之外另有 ${others.length} 个见证方（${others.map(({ name }) => name.zh).join('、')}），${least}。`]
}

function witnessesInEnglish(policy: TrustPolicy): string[] {
  const others = witnessesOf(policy)
  if (others.length === 0) return []
  const wanted = witnessesWanted(policy)
  const least = wanted === 0 ? 'none of them need sign' : `at least ${wanted} of them must sign`
  return [
    `Besides the members ${others.length} outside witness(es), ${others.map(({ name }) => name.en).join(', ')}: ${least}.`,
  ]
}

export interface TlogPolicyText {
  readonly text: string
  /**
   * Whether the text accepts the same checkpoints. C2SP lets a witness stand in one group alone, so that "3 of 5, a
   * court among them" cannot always be said: the text is then stricter, never laxer.
   */
  readonly exact: boolean
}

/** The SHA-256 tree's part of the policy as C2SP tlog-policy; SM2 keys have no place there. */
export function toTlogPolicy(policy: TrustPolicy): TlogPolicyText {
  const { lines, exact } = quorumLines(policy)
  const logs =
    policy.version === 1
      ? [`log ${policy.logKey}`]
      : policy.members.map(({ logKey, url }) => (url === undefined ? `log ${logKey}` : `log ${logKey} ${url}`))
  const members = policy.members.map(({ id, cosignerKey }) => `witness ${id} ${cosignerKey}`)
  const others = witnessesOf(policy).map(({ id, key, url }) =>
    url === undefined ? `witness ${id} ${key}` : `witness ${id} ${key} ${url}`,
  )
  const note = exact ? [] : ['# Stricter than policy.json: a witness may stand in one group only.']
  return { text: `${[...logs, ...members, ...others, ...note, ...lines].join('\n')}\n`, exact }
}

/** Ids of members are lower case, so that groups in capitals cannot meet them. */
function quorumLines(policy: TrustPolicy): { lines: string[]; exact: boolean } {
  const wanted = witnessesWanted(policy)
  if (wanted === 0) return memberLines(policy, 'QUORUM')
  const { lines, exact } = memberLines(policy, 'MEMBERS')
  const outside = group('OUTSIDE', wanted, witnessesOf(policy))
  return { lines: [...lines.slice(0, -1), outside, 'group QUORUM all MEMBERS OUTSIDE', 'quorum QUORUM'], exact }
}

function memberLines({ members, quorum }: TrustPolicy, name: string): { lines: string[]; exact: boolean } {
  const { atLeast, anyOf } = quorum
  const every: readonly { id: string; role: MemberRole }[] = members
  const wanted = every.filter(({ role }) => anyOf.includes(role))
  const others = every.filter(({ role }) => !anyOf.includes(role))
  const end = `quorum ${name}`
  // So many that one of the wanted is always among them, or no role is asked for.
  if (anyOf.length === 0 || atLeast > others.length) return { lines: [group(name, atLeast, every), end], exact: true }
  if (atLeast === 1) return { lines: [group(name, 1, wanted), end], exact: true }
  return {
    lines: [group('WANTED', 1, wanted), group('OTHERS', atLeast - 1, others), `group ${name} all WANTED OTHERS`, end],
    exact: wanted.length === 1,
  }
}

function group(name: string, least: number, of: readonly { id: string }[]): string {
  return `group ${name} ${least} ${of.map(({ id }) => id).join(' ')}`
}
