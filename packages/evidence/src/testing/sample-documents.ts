/** Facts of a certificate and a manifest for tests of documents. */
import type { CertificateFields, Manifest } from '@mingzheng/proof'

const hex = (pattern: string) => pattern.repeat(64 / pattern.length)

export function sampleFields(change: Partial<CertificateFields> = {}): CertificateFields {
  return {
    version: 1,
    number: 'MZ-330000-2026-00000042-7K3QXH9WZB5M2RCD',
    edition: 1,
    editionKind: 'capture',
    demo: false,
    method: '平台受控浏览器自动取证（Web capture by a controlled browser）',
    subject: {
      kind: 'web',
      title: '【国家级】野生铁皮石斛 500g - 浙南山货旗舰店',
      addresses: ['https://shop.example.cn/item/100234?spm=a21bo.jianhua.201876.3.5af911d9XyZ'],
      registered: null,
    },
    organisation: '示例市场监督管理局',
    unit: '网络交易监督管理处',
    officers: [{ name: '王建国', cardNumber: '330000-2026-0117' }],
    startedAt: '2026-11-24T07:59:12.345Z',
    endedAt: '2026-11-24T07:59:31.002Z',
    clock: { source: 'ntp ntp.example.cn', offsetBeforeMs: -12, offsetAfterMs: null },
    complete: true,
    incompleteReason: null,
    environmentSha256: hex('3f9a0b17'),
    serverAddresses: ['203.0.113.17:443'],
    tls: [{ host: 'shop.example.cn', protocol: 'TLS 1.3', fingerprint: hex('a1b2c3d4'), issuer: 'CN=Example CA' }],
    anomalies: [{ code: 'dialog', detail: 'alert' }],
    files: [{ path: 'data/page-1/full.png', bytes: 123456, sha256: hex('01234567'), sm3: hex('fedcba98') }],
    parents: [],
    manifest: { sha256: hex('8d5e957f'), sm3: hex('66c7f0f4') },
    timestamp: { time: '2026-11-24T07:59:33.120Z', serial: '1042', authority: '内置时间戳机构（未经认可）' },
    ledger: {
      origin: 'mingzheng.local/330000/1a2b3c4d',
      index: 1041,
      time: '2026-11-24T07:59:33.410Z',
      size: 1056,
      root: hex('aa55'),
      rootSm3: hex('5aa5'),
      members: [{ id: 'regulator', name: { zh: '示例局', en: 'Example office' }, independent: false }],
    },
    policy: {
      id: hex('0badcafe'),
      name: { zh: '示例策略', en: 'Example' },
      statement: { zh: '示例。', en: 'Example.' },
    },
    signer: '示例市场监督管理局电子数据保全专用章',
    verifyAt: 'https://verify.example.cn/v/MZ-330000-2026-00000042-7K3QXH9WZB5M2RCD',
    ...change,
  }
}

export function sampleManifest(fields: CertificateFields): Manifest {
  return {
    version: 1,
    id: '01JDF3Q4Z5X6C7V8B9N0M1K2J3',
    number: fields.number,
    edition: 1,
    editionKind: 'capture',
    demo: fields.demo,
    complete: fields.complete,
    incompleteReason: fields.incompleteReason,
    method: fields.method,
    tools: [{ name: 'mingzheng', version: '0.1.0', sha256: hex('ab') }],
    subject: {
      kind: 'web',
      title: fields.subject.title,
      pages: fields.subject.addresses.map((url) => ({
        url,
        finalUrl: url,
        title: fields.subject.title,
        status: 200,
        picture: null,
        viewports: [],
        text: null,
      })),
      entrySteps: ['输入网址并回车'],
    },
    organisation: fields.organisation,
    unit: fields.unit,
    officers: fields.officers,
    witness: null,
    cause: '涉嫌发布虚假广告',
    caseReference: '示市监案〔2026〕118号',
    time: { startedAt: fields.startedAt, endedAt: fields.endedAt, zone: 'Asia/Shanghai', clock: fields.clock },
    network: {
      ownAddresses: ['10.0.3.17'],
      proxy: null,
      serverAddresses: fields.serverAddresses,
      dns: [{ name: 'shop.example.cn', resolver: '223.5.5.5', answers: ['203.0.113.17'] }],
      tls: fields.tls,
    },
    environment: null,
    actionLog: null,
    files: fields.files.map((file) => ({ ...file, mediaType: 'image/png', role: 'picture' })),
    anomalies: fields.anomalies,
    parents: [],
    access: [],
  }
}
