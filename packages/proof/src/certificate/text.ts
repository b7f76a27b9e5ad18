/**
 * The words of the preservation certificate. The renderer prints exactly these blocks, each text once, in this order,
 * and besides only the QR code and `certificateFooter` on each page; the verifier makes them again from
 * certificate.json and compares them with the text of the PDF, white space aside. So no printed glyph can differ.
 */
import { chinaText } from '@mingzheng/kernel'
import type { CertificateFields } from './fields.ts'

export type CertificateBlock =
  | { kind: 'title'; text: string; under: string }
  /** A conspicuous notice: demonstration, incomplete, voided. */
  | { kind: 'notice'; text: string }
  | { kind: 'heading'; text: string }
  /** `mono`: digests and the like. */
  | { kind: 'field'; label: string; value: string; mono: boolean }
  | { kind: 'paragraph'; text: string }
  /** Where the page for people ends and the annex for machines begins. Prints nothing. */
  | { kind: 'annex' }
  /** One file: its path, its length, and both digests on lines of their own. */
  | { kind: 'file'; path: string; bytes: string; sha256: string; sm3: string }

const KIND = { web: '网页取证', file: '文件保全', digest: '摘要保全' } as const
const EDITION = {
  capture: '原始取证',
  signature: '补充签名',
  refusal: '拒签记载',
  correction: '更正',
  voiding: '作废',
} as const
const RELATION = {
  edition: '前一版次',
  recapture: '再次取证',
  masked: '原件（本包已遮蔽）',
  derived: '派生自',
} as const

const time = (text: string) => chinaText(Date.parse(text))
const offset = (ms: number | null) => (ms === null ? '未测得' : `${ms} ms`)
const yesNo = (value: boolean) => (value ? '独立成员' : '非独立成员')

/** What the certificate says, from its facts; foreign text is made printable. */
export function certificateBlocks(fields: CertificateFields): CertificateBlock[] {
  return rawBlocks(fields).map((block) => {
    const entries = Object.entries(block).map(([key, value]) => [
      key,
      typeof value === 'string' && key !== 'kind' ? printable(value) : value,
    ])
    return Object.fromEntries(entries) as CertificateBlock
  })
}

/**
 * Characters that the certificate's font surely has and that look like nothing else: ASCII, Latin-1, common
 * punctuation, CJK unified ideographs, full-width forms. All others are printed as `\\u{HEX}`, so that titles of hostile
 * pages can neither reverse the text nor hide in it.
 */
export function printable(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\t\r\n]+/g, ' ')
    .replace(
      /[^\x20-\x7e\u00a1-\u00ac\u00ae-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u3000-\u3002\u3008-\u3011\u4e00-\u9fff\uff01-\uff5e\uffe5]/gu,
      (character) => {
        return `\\u{${character.codePointAt(0)!.toString(16)}}`
      },
    )
}

function rawBlocks(fields: CertificateFields): CertificateBlock[] {
  const field = (label: string, value: string, mono = false) => ({ kind: 'field' as const, label, value, mono })
  const heading = (text: string) => ({ kind: 'heading' as const, text })
  const notice = (text: string) => ({ kind: 'notice' as const, text })
  const blocks: CertificateBlock[] = [
    { kind: 'title', text: '电子数据保全证书', under: 'Electronic Data Preservation Certificate' },
  ]
  if (fields.demo) blocks.push(notice('演示数据，不得作为证据使用 / Demonstration only, not evidence'))
  if (fields.editionKind === 'voiding') blocks.push(notice('本证据已作废 / This evidence has been voided'))
  if (!fields.complete) blocks.push(notice(`取证不完整：${fields.incompleteReason ?? ''}`))
  blocks.push(
    field('证书编号', fields.number, true),
    field('版次', `${fields.edition}（${EDITION[fields.editionKind]}）`),
    field('保全方式', `${KIND[fields.subject.kind]}；${fields.method}`),
    field('保全对象', fields.subject.title === '' ? '（无标题）' : fields.subject.title),
    ...fields.subject.addresses.slice(0, 3).map((address) => field('地址', address)),
  )
  if (fields.subject.addresses.length > 3)
    blocks.push(field('地址总数', `${fields.subject.addresses.length}，全部见附件`))
  blocks.push(field('保全机构', fields.organisation))
  if (fields.unit !== null) blocks.push(field('执法单位', fields.unit))
  for (const { name, cardNumber } of fields.officers) {
    blocks.push(field('执法人员', cardNumber === null ? name : `${name}，执法证号 ${cardNumber}`))
  }
  blocks.push(
    field('开始时间', time(fields.startedAt)),
    field('结束时间', time(fields.endedAt)),
    field(
      '时钟核对',
      `${fields.clock.source}；取证前偏差 ${offset(fields.clock.offsetBeforeMs)}，取证后偏差 ${offset(fields.clock.offsetAfterMs)}`,
    ),
    field('文件数量', `${fields.files.length}，清单见附件`),
    field('清单 SHA-256', fields.manifest.sha256, true),
    field('清单 SM3', fields.manifest.sm3, true),
    field('可信时间戳', `${time(fields.timestamp.time)}；${fields.timestamp.authority}`),
    field('上链时间', time(fields.ledger.time)),
    field('账本', `${fields.ledger.origin}，第 ${fields.ledger.index} 号记录`),
    ...fields.ledger.members.map(({ name, independent }) => field('见证', `${name.zh}（${yesNo(independent)}）`)),
    field('签章', fields.signer),
    field('核验地址', fields.verifyAt),
    heading('如何核验'),
    { kind: 'paragraph', text: HOW },
    heading('本证书不能证明什么'),
    ...limitsOf(fields).map((text) => ({ kind: 'paragraph' as const, text })),
    { kind: 'annex' },
    heading('附件：机器核验信息'),
  )
  if (fields.subject.addresses.length > 3) {
    blocks.push(...fields.subject.addresses.map((address, i) => field(`地址 ${i + 1}`, address)))
  }
  const { registered } = fields.subject
  if (registered !== null) {
    blocks.push(field('登记摘要 SHA-256', registered.sha256, true))
    if (registered.sm3 !== null) blocks.push(field('登记摘要 SM3', registered.sm3, true))
    if (registered.bytes !== null) blocks.push(field('登记长度', `${registered.bytes} 字节`))
  }
  blocks.push(field('清洁性检查报告 SHA-256', fields.environmentSha256 ?? '无', fields.environmentSha256 !== null))
  if (fields.serverAddresses.length > 0) blocks.push(field('服务器地址', fields.serverAddresses.join('，')))
  for (const { host, protocol, fingerprint, issuer } of fields.tls) {
    blocks.push(field('TLS', `${host}；${protocol}；${issuer}；${fingerprint ?? '无指纹'}`))
  }
  for (const { code, detail } of fields.anomalies) blocks.push(field('异常', `${code}：${detail}`))
  for (const { relation, number, edition, manifestSha256 } of fields.parents) {
    blocks.push(field(RELATION[relation], `${number} 第 ${edition} 版，清单 ${manifestSha256}`))
  }
  blocks.push(
    field('时间戳序列号', fields.timestamp.serial, true),
    field('检查点大小', String(fields.ledger.size)),
    field('检查点根 SHA-256', fields.ledger.root, true),
    field('检查点根 SM3', fields.ledger.rootSm3, true),
    field('信任策略', `${fields.policy.name.zh} ${fields.policy.id}`),
    heading('文件清单'),
    ...fields.files.map(({ path, bytes, sha256, sm3 }) => ({
      kind: 'file' as const,
      path,
      bytes: `${bytes} 字节`,
      sha256: `SHA-256 ${sha256}`,
      sm3: `SM3 ${sm3}`,
    })),
  )
  return blocks
}

/** Printed at the foot of every page; pages count from 1. */
export function certificateFooter(number: string, page: number, pages: number): string {
  return `${number} · ${page}/${pages}`
}

const HOW =
  '打开核验地址，或离线打开单文件核验器，放入证据包（ZIP）即可逐项核验。不依赖本平台也可核验：解压证据包，用 sha256sum 与 openssl dgst -sm3 ' +
  '核对清单中的每个摘要，用 openssl ts -verify 核对 proof/timestamp.tsr，用 pdfsig 核对本文件签名，用任一 C2SP tlog-proof 程序核对 ' +
  'proof/receipt.tlog-proof。'

function limitsOf(fields: CertificateFields): string[] {
  const limits = [
    '本证书证明自上链时间起内容未被改动，以及取证时系统所记录的情形；不证明网页内容真实，也不证明该服务器向其他访问者展示相同内容。',
  ]
  if (!fields.ledger.members.some(({ independent }) => independent)) {
    limits.push(
      '本账本尚无独立成员见证。同时掌握证书机构、时间戳机构与账本的单一运营者在技术上能够倒签时间；需要独立见证时，请使用联盟账本或外部时间戳。',
    )
  }
  limits.push(fields.policy.statement.zh)
  return limits
}

/** The text that a certificate's PDF must hold, without white space: blocks in order. */
export function certificatePlainText(fields: CertificateFields): string {
  return withoutSpace(certificateBlocks(fields).flatMap(blockTexts).join(''))
}

/** The printed texts of a block in reading order. */
export function blockTexts(block: CertificateBlock): string[] {
  switch (block.kind) {
    case 'title':
      return [block.text, block.under]
    case 'field':
      return [block.label, block.value]
    case 'file':
      return [block.path, block.bytes, block.sha256, block.sm3]
    case 'annex':
      return []
    default:
      return [block.text]
  }
}

/** Text with every white space and soft break taken out, NFC: line breaks of a layout carry no meaning. */
export function withoutSpace(text: string): string {
  return text.normalize('NFC').replace(/[\s\u200b\u00ad]+/g, '')
}
