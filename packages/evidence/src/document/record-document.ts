/** The record of a capture (取证笔录) as pages: who, when, where, how, what was got, and room to sign. */
import { chinaText } from '@mingzheng/kernel'
import {
  type CertificateBlock,
  type CertificateFields,
  fieldBlock,
  headingBlock,
  type Manifest,
  noticeBlock,
  paragraphBlock,
  printable,
  printableBlock,
} from '@mingzheng/proof'
import { dateParts, layBlocks, type PrintedDocument, qrOf, type SignatureBlock } from './printed-document.ts'
import { entryStepWords } from './step-words.ts'

/** What a record may say beyond the manifest. */
export interface RecordExtras {
  /** Title that the authority's template asks for; default 电子数据取证笔录. */
  title?: string
  place?: string
  /** The step log, in order; times in milliseconds. */
  steps?: readonly { at: number; text: string }[]
  /** What a later edition adds: who signed, refused or corrected, and why. */
  editionNote?: string
}

const NONE = '无 none'
const time = (text: string) => chinaText(Date.parse(text))
const offset = (ms: number | null) => (ms === null ? '未测得 not measured' : `${ms} ms`)
const numbered = (items: readonly string[]) => items.map((item, i) => `（${i + 1}）${item}`).join(' ')

export function recordDocument(
  manifest: Manifest,
  fields: CertificateFields,
  extras: RecordExtras = {},
): PrintedDocument {
  const title = extras.title ?? '电子数据取证笔录'
  const blocks = [
    { kind: 'title' as const, text: title, under: 'Record of Electronic Evidence Collection' },
    ...noticesOf(manifest),
    ...headOf(manifest, extras),
    ...environmentOf(manifest),
    ...stepsOf(manifest, extras),
    ...integrityOf(fields),
    headingBlock('文件清单', 'Files'),
    ...(manifest.files.length === 0
      ? [paragraphBlock('无文件（只登记摘要）', 'No files: a digest was registered')]
      : []),
    ...fields.files.map(({ path, bytes, sha256, sm3 }) => ({
      kind: 'file' as const,
      path,
      bytes: `${bytes} 字节 bytes`,
      sha256: `SHA-256 ${sha256}`,
      sm3: `SM3 ${sm3}`,
    })),
    headingBlock('签名', 'Signatures'),
    paragraphBlock(
      '本笔录由平台依取证日志生成。执法人员、见证人或持有人核对后签名；此后的电子签名、拒绝签名、更正与作废，均在后续版次中记载，并指明本版次。',
      'Made by the platform from the log of the capture. Later signatures, refusals, corrections and voidings are editions of their own that name this one.',
    ),
  ].map(printableBlock)
  return {
    title: `${printable(title)} ${manifest.number}`,
    author: 'Mingzheng',
    date: dateParts(Date.parse(fields.ledger.time)),
    qr: qrOf(fields.verifyAt),
    footer: [`${manifest.number} · 第 `, ' 页 共 ', ' 页'],
    onePage: false,
    ...layBlocks([...blocks, signaturesOf(manifest)]),
  }
}

function noticesOf(manifest: Manifest): CertificateBlock[] {
  const blocks: CertificateBlock[] = []
  if (manifest.demo) blocks.push(noticeBlock('演示数据，不得作为证据使用', 'Demonstration only, not evidence'))
  if (manifest.editionKind === 'voiding') blocks.push(noticeBlock('本证据已作废', 'This evidence has been voided'))
  if (!manifest.complete) blocks.push(noticeBlock('取证不完整', 'The capture is incomplete'))
  return blocks
}

function headOf(manifest: Manifest, extras: RecordExtras): CertificateBlock[] {
  const { subject, officers } = manifest
  const addresses =
    subject.kind === 'web' ? subject.pages.map(({ url }) => url) : [subject.reference].filter((text) => text !== '')
  const steps = subject.kind === 'web' ? subject.entrySteps.map(entryStepWords) : []
  return [
    fieldBlock('文书编号', 'Number', manifest.number, true),
    fieldBlock('版次', 'Edition', String(manifest.edition)),
    ...(extras.editionNote === undefined ? [] : [fieldBlock('本版记载', 'This edition', extras.editionNote)]),
    fieldBlock('案由', 'Cause', manifest.cause === '' ? NONE : manifest.cause),
    fieldBlock('案件编号', 'Case', manifest.caseReference === '' ? NONE : manifest.caseReference),
    fieldBlock('取证时间', 'Time', `${time(manifest.time.startedAt)} 至 to ${time(manifest.time.endedAt)}`),
    fieldBlock('取证地点', 'Place', extras.place ?? '平台取证服务器 capture server of the platform'),
    fieldBlock('取证机构', 'Organisation', manifest.organisation),
    ...(manifest.unit === null ? [] : [fieldBlock('取证单位', 'Unit', manifest.unit)]),
    ...officers.map(({ name, cardNumber }) =>
      fieldBlock('执法人员', 'Officer', cardNumber === null ? name : `${name}，执法证号 card ${cardNumber}`),
    ),
    fieldBlock('见证人或持有人', 'Witness or holder', manifest.witness ?? NONE),
    fieldBlock('取证对象', 'Subject', subject.title === '' ? '（无标题 untitled）' : subject.title),
    ...addresses.map((address) => fieldBlock('网络地址', 'Address', address)),
    fieldBlock('进入步骤', 'Entry steps', steps.length === 0 ? '直接打开网址 opened by address' : numbered(steps)),
  ]
}

function environmentOf({ method, tools, network, environment, time: { clock } }: Manifest): CertificateBlock[] {
  const blocks = [
    headingBlock('方法、工具与环境', 'Method, tools and environment'),
    fieldBlock('取证方法', 'Method', method),
    fieldBlock('取证工具', 'Tools', tools.map(({ name, version }) => `${name} ${version}`.trim()).join('；') || NONE),
  ]
  if (network !== null) {
    const dns = network.dns.map(({ name, resolver, answers }) => `${name} @ ${resolver}: ${answers.join(' ')}`)
    blocks.push(
      fieldBlock('本机地址', 'Own addresses', network.ownAddresses.join('，') || NONE),
      fieldBlock('代理', 'Proxy', network.proxy ?? NONE),
      fieldBlock('域名解析', 'DNS answers', dns.join('；') || NONE),
      fieldBlock('服务器地址', 'Server addresses', network.serverAddresses.join('，') || NONE),
    )
  }
  const report = environment?.sha256
  blocks.push(
    fieldBlock('清洁性检查', 'Cleanliness check', report === undefined ? NONE : report, report !== undefined),
    fieldBlock('时钟来源', 'Clock source', clock.source),
    fieldBlock(
      '时钟偏差',
      'Clock offset',
      `前 before ${offset(clock.offsetBeforeMs)}，后 after ${offset(clock.offsetAfterMs)}`,
    ),
  )
  return blocks
}

function stepsOf(manifest: Manifest, { steps }: RecordExtras): CertificateBlock[] {
  const log = manifest.actionLog
  return [
    headingBlock('取证过程', 'Steps'),
    ...(steps ?? []).map(({ at, text }, i) => fieldBlock(`步骤 ${i + 1}`, chinaText(at).slice(11, 19), text)),
    fieldBlock('操作日志 SHA-256', 'Action log', log?.sha256 ?? NONE, log !== null),
    ...(manifest.incompleteReason === null
      ? []
      : [fieldBlock('不完整原因', 'Why incomplete', manifest.incompleteReason)]),
    headingBlock('异常情况', 'Anomalies'),
    ...(manifest.anomalies.length === 0 ? [paragraphBlock('无异常记录。', 'None on record.')] : []),
    ...manifest.anomalies.map(({ code, detail }) => fieldBlock('异常', 'Anomaly', `${code}：${detail}`)),
  ]
}

function integrityOf({ manifest, timestamp, ledger }: CertificateFields): CertificateBlock[] {
  return [
    headingBlock('完整性校验值', 'Integrity'),
    fieldBlock('清单 SHA-256', 'Manifest', manifest.sha256, true),
    fieldBlock('清单 SM3', 'Manifest', manifest.sm3, true),
    fieldBlock('时间戳', 'Timestamp', `${time(timestamp.time)}；${timestamp.authority}；${timestamp.serial}`),
    fieldBlock('账本', 'Ledger', `${ledger.origin}，第 ${ledger.index} 号记录 entry；${time(ledger.time)}`),
  ]
}

function signaturesOf({ officers, witness }: Manifest): SignatureBlock {
  const date = '年　　月　　日'
  const signers = officers.map(({ name }) => ({
    label: `执法人员 ${printable(name)}`,
    under: 'Officer',
    date,
  }))
  const other = witness === null ? '见证人或持有人' : `见证人或持有人 ${printable(witness)}`
  return { kind: 'signatures', signers: [...signers, { label: other, under: 'Witness or holder', date }] }
}
