/**
 * The words of the preservation certificate. The renderer prints exactly these blocks, each text once, in this order,
 * and besides only the QR code and `certificateFooter` on each page; the verifier makes them again from
 * certificate.json and compares them with the text of the PDF, white space aside. So no printed glyph can differ.
 */
import { chinaText } from '@mingzheng/kernel'
import { ROLE } from '../policy-text.ts'
import { annexBlocks, CUT, isCut, MOST_ADDRESSES } from './annex.ts'
import { blockTexts, type CertificateBlock, fieldBlock, headingBlock, noticeBlock, paragraphBlock } from './block.ts'
import type { CertificateFields } from './fields.ts'
import { printable, withoutSpace } from './printable.ts'

const KIND = { web: '网页取证 Web page', file: '文件保全 File', digest: '摘要保全 Digest' } as const
const EDITION = {
  capture: '原始取证 capture',
  signature: '补充签名 later signature',
  refusal: '拒签记载 refusal to sign',
  correction: '更正 correction',
  voiding: '作废 voiding',
} as const

const time = (text: string) => chinaText(Date.parse(text))
const offset = (ms: number | null) => (ms === null ? '未测得 not measured' : `${ms} ms`)

/** What the certificate says, from its facts; foreign text is made printable. */
export function certificateBlocks(fields: CertificateFields): CertificateBlock[] {
  const blocks = [...pageForPeople(fields), { kind: 'annex' as const }, ...annexBlocks(fields)]
  return blocks.map(printableBlock)
}

/** A block whose texts are printable. */
export function printableBlock(block: CertificateBlock): CertificateBlock {
  const entries = Object.entries(block).map(([key, value]) => [
    key,
    typeof value === 'string' && key !== 'kind' ? printable(value) : value,
  ])
  return Object.fromEntries(entries) as CertificateBlock
}

/** A text of any length on the page for people: its beginning; the annex then has the whole. */
function short(text: string): string {
  return isCut(text) ? `${[...text].slice(0, CUT).join('')}…（全文见附件 in full in the annex）` : text
}

function pageForPeople(fields: CertificateFields): CertificateBlock[] {
  const blocks: CertificateBlock[] = [
    { kind: 'title', text: '电子数据保全证书', under: 'Electronic Data Preservation Certificate' },
  ]
  if (fields.demo) blocks.push(noticeBlock('演示数据，不得作为证据使用', 'Demonstration only, not evidence'))
  if (fields.editionKind === 'voiding') blocks.push(noticeBlock('本证据已作废', 'This evidence has been voided'))
  if (!fields.complete) {
    blocks.push(noticeBlock(`取证不完整：${short(fields.incompleteReason ?? '')}`, 'The capture is incomplete'))
  }
  const { subject, clock, timestamp, ledger } = fields
  blocks.push(
    fieldBlock('证书编号', 'Number', fields.number, true),
    fieldBlock('版次', 'Edition', `${fields.edition}（${EDITION[fields.editionKind]}）`),
    fieldBlock('保全方式', 'Method', `${KIND[subject.kind]}；${fields.method}`),
    fieldBlock('保全对象', 'Subject', subject.title === '' ? '（无标题 untitled）' : short(subject.title)),
    ...subject.addresses.slice(0, MOST_ADDRESSES).map((address) => fieldBlock('地址', 'Address', short(address))),
  )
  if (subject.addresses.length > MOST_ADDRESSES) {
    blocks.push(fieldBlock('地址总数', 'Addresses', `${subject.addresses.length}，全部见附件 all in the annex`))
  }
  blocks.push(fieldBlock('保全机构', 'Issued by', fields.organisation))
  if (fields.unit !== null) blocks.push(fieldBlock('执法单位', 'Unit', fields.unit))
  for (const { name, cardNumber } of fields.officers) {
    blocks.push(fieldBlock('执法人员', 'Officer', cardNumber === null ? name : `${name}，执法证号 card ${cardNumber}`))
  }
  const before = `取证前偏差 offset before ${offset(clock.offsetBeforeMs)}`
  const after = `取证后 after ${offset(clock.offsetAfterMs)}`
  blocks.push(
    fieldBlock('开始时间', 'Begun', time(fields.startedAt)),
    fieldBlock('结束时间', 'Ended', time(fields.endedAt)),
    fieldBlock('时钟核对', 'Clock check', `${clock.source}；${before}，${after}`),
    fieldBlock('文件数量', 'Files', `${fields.files.length}，清单见附件 listed in the annex`),
    fieldBlock('清单 SHA-256', 'Manifest', fields.manifest.sha256, true),
    fieldBlock('清单 SM3', 'Manifest', fields.manifest.sm3, true),
    fieldBlock('时间戳', 'Timestamp', `${time(timestamp.time)}；${timestamp.authority}`),
    fieldBlock('上链时间', 'Fixed at', time(ledger.time)),
    fieldBlock('账本', 'Ledger', `${ledger.origin}，第 ${ledger.index} 号记录 entry`),
    ...(fields.policy.asked === undefined
      ? []
      : [fieldBlock('见证要求', 'Witnesses', `${fields.policy.asked.zh}；${fields.policy.asked.en}`)]),
    ...ledger.members.map((member) => fieldBlock('见证', 'Witness', witnessText(member))),
    fieldBlock('签章', 'Signed by', fields.signer),
    fieldBlock('核验地址', 'Verify at', fields.verifyAt),
    headingBlock('如何核验', 'How to verify'),
    paragraphBlock(HOW_ZH, HOW_EN),
    headingBlock('本证书不能证明什么', 'What this certificate does not prove'),
    ...limitsOf(fields),
  )
  return blocks
}

function witnessText({ name, role, independent, time: at }: CertificateFields['ledger']['members'][number]): string {
  const independence = independent ? '独立成员 independent' : '非独立成员 not independent'
  const said = role === undefined ? independence : `${ROLE[role].zh} ${ROLE[role].en}；${independence}`
  return `${name.zh}（${said}）${at === undefined || at === null ? '' : `，签于 signed ${time(at)}`}`
}

/** Printed at the foot of every page; pages count from 1. */
export function certificateFooter(number: string, page: number, pages: number): string {
  return `${number} · ${page}/${pages}`
}

const HOW_ZH =
  '打开核验地址，或离线打开单文件核验器，放入证据包（ZIP）即可逐项核验。不依赖本平台也可核验：解压证据包，用 sha256sum 与 openssl dgst -sm3 ' +
  '核对清单中的每个摘要，用 openssl ts -verify 核对 proof/timestamp.tsr，用 pdfsig 核对本文件签名，用任一 C2SP tlog-proof 程序核对 ' +
  'proof/receipt.tlog-proof。'
const HOW_EN =
  'Open the address above, or the one-file verifier offline, and drop the evidence package (ZIP). Without this platform: sha256sum and ' +
  'openssl dgst -sm3 for the files, openssl ts -verify for the timestamp, pdfsig for this document, any C2SP tlog-proof program for the receipt.'

function limitsOf(fields: CertificateFields): CertificateBlock[] {
  const limits = [
    paragraphBlock(
      '本证书证明自上链时间起内容未被改动，以及取证时系统所记录的情形；不证明网页内容真实，也不证明该服务器向其他访问者展示相同内容。',
      'It proves that the content is unchanged since it was fixed, and what the system recorded during capture; not that the content is ' +
        'true, nor that the server showed others the same.',
    ),
  ]
  if (!fields.ledger.members.some(({ independent }) => independent)) {
    limits.push(
      paragraphBlock(
        '本账本尚无独立成员见证。同时掌握证书机构、时间戳机构与账本的单一运营者在技术上能够倒签时间；需要独立见证时，请使用联盟账本或外部时间戳。',
        'No independent member witnessed it. One operator who holds the certificate authority, the timestamp authority and the ledger ' +
          'could backdate.',
      ),
    )
  }
  limits.push(paragraphBlock(fields.policy.statement.zh, fields.policy.statement.en))
  return limits
}

/** The text that a certificate's PDF must hold, without white space: blocks in order. */
export function certificatePlainText(fields: CertificateFields): string {
  return withoutSpace(certificateBlocks(fields).flatMap(blockTexts).join(''))
}
