/** What is said of key certificates, tokens and document signatures that are not believed, in both languages. */
import type { ChainCode } from '../../certificate-chain.ts'
import type { PdfSignatureCode } from '../../pdf-signature.ts'
import type { Bilingual } from '../report.ts'

export const SIGNATURE_WORDS: Record<PdfSignatureCode, Bilingual> = {
  'certificate-malformed': { zh: '证书格式有误', en: 'the certificate is malformed' },
  'unknown-root': { zh: '证书不出自信任策略认可的机构', en: 'the certificate is by no authority of the trust policy' },
  'signature-invalid': { zh: '签名无效', en: 'the signature is invalid' },
  'algorithm-unsupported': { zh: '使用了不支持的算法', en: 'an algorithm is not supported' },
  'critical-extension-unknown': {
    zh: '证书含有不认识的关键扩展',
    en: 'a certificate has an unknown critical extension',
  },
  'not-yet-valid': { zh: '证书在当时尚未生效', en: 'the certificate was not yet valid at the proven time' },
  'expired-at': { zh: '证书在当时已过期', en: 'the certificate had expired at the proven time' },
  'not-an-authority': { zh: '签发者不是证书机构', en: 'the issuer is no certificate authority' },
  'path-too-long': { zh: '证书链过长', en: 'the chain of certificates is too long' },
  'wrong-purpose': { zh: '证书不是用于此目的', en: 'the certificate is for another purpose' },
  'crl-malformed': { zh: '吊销列表格式有误', en: 'a revocation list is malformed' },
  'crl-missing': { zh: '缺少吊销列表', en: 'the revocation list is missing' },
  'crl-invalid': { zh: '吊销列表的签名无效', en: "the revocation list's signature is invalid" },
  'crl-stale': { zh: '吊销列表在当时已过期', en: 'the revocation list had run out at the proven time' },
  'revoked-at': { zh: '证书在当时已被吊销', en: 'the certificate had been revoked at the proven time' },
  'timestamp-malformed': { zh: '时间戳格式有误', en: 'the timestamp is malformed' },
  'timestamp-refused': { zh: '时间戳机构拒绝签发', en: 'the timestamp authority refused' },
  'timestamp-imprint': { zh: '时间戳不是对此内容签发的', en: 'the timestamp is over something else' },
  'cms-malformed': { zh: '签名数据格式有误', en: 'the signed data are malformed' },
  'signer-unknown': { zh: '缺少签名者证书', en: "the signer's certificate is missing" },
  'content-differs': { zh: '内容与签名时不同', en: 'the content differs from what was signed' },
  'signer-not-bound': { zh: '签名未绑定签名者证书', en: "the signature does not bind the signer's certificate" },
  'pdf-unsigned': { zh: '文件未签名', en: 'the document is not signed' },
  'pdf-signature-malformed': { zh: '文件签名格式有误', en: "the document's signature is malformed" },
  'pdf-not-whole': { zh: '签名未覆盖整个文件', en: 'the signature does not cover the whole document' },
}

export type RevocationCode = Extract<ChainCode, `crl-${string}` | 'revoked-at'>

/** Whether a chain failed for its revocation alone, which has a check of its own. */
export function isRevocationCode(code: string): code is RevocationCode {
  return code.startsWith('crl-') || code === 'revoked-at'
}
