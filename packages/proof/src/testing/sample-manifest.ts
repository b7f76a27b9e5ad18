/** A small manifest over files in memory, for tests. */
import {
  type Bytes,
  digestPair,
  issueCertificateNumber,
  newId,
  parseProvinceCode,
  toHex,
  utcText,
} from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import type { Manifest } from '../package/manifest.ts'

export interface SampleFile {
  /** Below `data/`. */
  path: string
  content: Bytes
}

export interface SampleManifestOptions {
  seed?: string
  /** End of the capture, ms; it took ten seconds. */
  at?: number
  organisation?: string
  /** Fields to say otherwise. */
  change?: Partial<Manifest>
}

/** The manifest of a capture of one page that left these files. */
export function sampleManifest(files: readonly SampleFile[], options: SampleManifestOptions = {}): Manifest {
  const random = seededRandom(options.seed ?? 'sample manifest')
  const at = options.at ?? Date.UTC(2026, 10, 24, 8)
  const number = issueCertificateNumber(random(32), parseProvinceCode('330000'), 2026, 1)
  return {
    version: 1,
    id: newId(at, random),
    number,
    edition: 1,
    editionKind: 'capture',
    demo: true,
    complete: true,
    incompleteReason: null,
    method: '网页取证 Web capture',
    tools: [{ name: 'mingzheng', version: '0.1.0', sha256: null }],
    subject: {
      kind: 'web',
      title: '西湖龙井 明前特级 250g',
      pages: [
        {
          url: 'http://market.example/item/1?x=1&y=<2>',
          finalUrl: 'http://market.example/item/1',
          title: '西湖龙井 明前特级 250g',
          status: 200,
          picture: null,
          viewports: [],
          text: null,
        },
      ],
      entrySteps: ['打开 http://market.example/item/1'],
    },
    organisation: options.organisation ?? '示例市市场监督管理局',
    unit: '网络交易监管处',
    officers: [
      { name: '张三', cardNumber: '浙01-0001' },
      { name: '李四', cardNumber: null },
    ],
    witness: null,
    cause: '涉嫌虚假宣传',
    caseReference: '',
    time: {
      startedAt: utcText(at - 10_000),
      endedAt: utcText(at),
      zone: 'Asia/Shanghai',
      clock: { source: 'ntp.example', offsetBeforeMs: 3, offsetAfterMs: -1.5 },
    },
    network: {
      ownAddresses: ['10.0.0.2'],
      proxy: null,
      serverAddresses: ['192.0.2.7:80'],
      dns: [{ name: 'market.example', resolver: '192.0.2.53', answers: ['192.0.2.7'] }],
      tls: [{ host: 'market.example', protocol: 'TLS 1.3', fingerprint: '0'.repeat(64), issuer: 'Example CA' }],
    },
    environment: null,
    actionLog: null,
    files: files.map(({ path, content }) => {
      const { sha256, sm3 } = digestPair(content)
      return {
        path,
        mediaType: 'application/octet-stream',
        bytes: content.length,
        sha256: toHex(sha256),
        sm3: toHex(sm3),
        role: 'file',
      }
    }),
    anomalies: [{ code: 'font-blocked', detail: '一个字体未能载入 \u202e' }],
    parents: [],
    access: [],
    ...options.change,
  }
}
