/** The annex of the certificate: what machines and the thorough want, whole. */
import { type CertificateBlock, fieldBlock, headingBlock } from './block.ts'
import type { CertificateFields } from './fields.ts'

/** How many addresses, and how many characters of a foreign text, the page for people has room for. */
export const MOST_ADDRESSES = 3
export const CUT = 120

export const isCut = (text: string): boolean => [...text].length > CUT

const RELATION = {
  edition: ['前一版次', 'Previous edition'],
  recapture: ['再次取证', 'Captured before'],
  masked: ['原件（本包已遮蔽）', 'Original (this is masked)'],
  derived: ['派生自', 'Derived from'],
} as const

export function annexBlocks(fields: CertificateFields): CertificateBlock[] {
  const { subject, timestamp, ledger, policy, files } = fields
  return [
    headingBlock('附件：机器核验信息', 'Annex: for verification by machine'),
    ...wholeTexts(fields),
    ...registeredBlocks(subject.registered),
    ...environmentBlocks(fields),
    ...fields.anomalies.map(({ code, detail }) => fieldBlock('异常', 'Anomaly', `${code}：${detail}`)),
    ...fields.parents.map(({ relation, number, edition, manifestSha256 }) => {
      const [zh, en] = RELATION[relation]
      return fieldBlock(zh, en, `${number} 第 ${edition} 版 edition，清单 manifest ${manifestSha256}`)
    }),
    fieldBlock('时间戳序列号', 'Timestamp serial', timestamp.serial, true),
    fieldBlock('检查点大小', 'Checkpoint size', String(ledger.size)),
    fieldBlock('检查点根 SHA-256', 'Checkpoint root', ledger.root, true),
    fieldBlock('检查点根 SM3', 'Checkpoint root', ledger.rootSm3, true),
    fieldBlock('信任策略', 'Trust policy', `${policy.name.zh} ${policy.name.en} ${policy.id}`),
    headingBlock('文件清单', 'Files'),
    ...files.map(({ path, bytes, sha256, sm3 }) => ({
      kind: 'file' as const,
      path,
      bytes: `${bytes} 字节 bytes`,
      sha256: `SHA-256 ${sha256}`,
      sm3: `SM3 ${sm3}`,
    })),
  ]
}

/** What the page for people only began. */
function wholeTexts({ subject, incompleteReason }: CertificateFields): CertificateBlock[] {
  const blocks: CertificateBlock[] = []
  if (incompleteReason !== null && isCut(incompleteReason)) {
    blocks.push(fieldBlock('不完整原因', 'Why incomplete', incompleteReason))
  }
  if (isCut(subject.title)) blocks.push(fieldBlock('保全对象全文', 'Subject in full', subject.title))
  const { addresses } = subject
  if (addresses.length > MOST_ADDRESSES || addresses.some(isCut)) {
    blocks.push(...addresses.map((address, i) => fieldBlock(`地址 ${i + 1}`, 'Address', address)))
  }
  return blocks
}

function registeredBlocks(registered: CertificateFields['subject']['registered']): CertificateBlock[] {
  if (registered === null) return []
  const { sha256, sm3, bytes } = registered
  return [
    fieldBlock('登记摘要 SHA-256', 'Registered digest', sha256, true),
    ...(sm3 === null ? [] : [fieldBlock('登记摘要 SM3', 'Registered digest', sm3, true)]),
    ...(bytes === null ? [] : [fieldBlock('登记长度', 'Registered length', `${bytes} 字节 bytes`)]),
  ]
}

function environmentBlocks({ environmentSha256, serverAddresses, tls }: CertificateFields): CertificateBlock[] {
  const report = environmentSha256 ?? '无 none'
  const blocks = [fieldBlock('环境报告 SHA-256', 'Cleanliness report', report, environmentSha256 !== null)]
  if (serverAddresses.length > 0) blocks.push(fieldBlock('服务器地址', 'Server addresses', serverAddresses.join('，')))
  for (const { host, protocol, fingerprint, issuer } of tls) {
    blocks.push(fieldBlock('TLS', 'Fingerprint', `${host}；${protocol}；${issuer}；${fingerprint ?? '无指纹 none'}`))
  }
  return blocks
}
