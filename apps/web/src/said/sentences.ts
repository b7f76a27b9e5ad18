/**
 * The sentences in which captures and the server tell facts, with their Chinese. The facts themselves are kept as they were
 * recorded, in English; what a reader sees is said in the reader's language. `~1` says the first part once more by this table.
 */

/** Words of errors that browsers give for a connection (net_error_list.h of Chromium). */
const NET: Readonly<Record<string, string>> = {
  ABORTED: '已中止',
  ACCESS_DENIED: '拒绝访问',
  ADDRESS_UNREACHABLE: '地址不可达',
  BLOCKED_BY_CLIENT: '被浏览器拦截',
  BLOCKED_BY_ORB: '因跨源规则被浏览器拦截',
  BLOCKED_BY_RESPONSE: '因响应中的规则被浏览器拦截',
  CERT_AUTHORITY_INVALID: '网站证书的签发机构不受信任',
  CERT_COMMON_NAME_INVALID: '网站证书与域名不符',
  CERT_DATE_INVALID: '网站证书不在有效期内',
  CERT_REVOKED: '网站证书已被吊销',
  CONNECTION_CLOSED: '连接被关闭',
  CONNECTION_REFUSED: '对方拒绝连接',
  CONNECTION_RESET: '连接被重置',
  CONNECTION_TIMED_OUT: '连接超时',
  CONTENT_DECODING_FAILED: '内容无法解码',
  CONTENT_LENGTH_MISMATCH: '内容长度与声明不符',
  EMPTY_RESPONSE: '服务器没有返回内容',
  FAILED: '请求失败',
  HTTP2_PROTOCOL_ERROR: 'HTTP/2 协议错误',
  HTTP_RESPONSE_CODE_FAILURE: '服务器返回错误状态',
  INCOMPLETE_CHUNKED_ENCODING: '内容没有传完',
  INTERNET_DISCONNECTED: '网络已断开',
  INVALID_RESPONSE: '服务器的响应无效',
  NAME_NOT_RESOLVED: '域名无法解析',
  NETWORK_CHANGED: '网络发生变化',
  PROXY_CONNECTION_FAILED: '无法连接',
  SOCKS_CONNECTION_FAILED: '无法连接该地址',
  SOCKS_CONNECTION_HOST_UNREACHABLE: '地址不可达',
  SSL_PROTOCOL_ERROR: '安全连接出错',
  SSL_VERSION_OR_CIPHER_MISMATCH: '安全连接的版本或算法不受支持',
  TIMED_OUT: '超时',
  TOO_MANY_REDIRECTS: '重定向次数过多',
  TUNNEL_CONNECTION_FAILED: '无法连接该地址',
  UNKNOWN_URL_SCHEME: '不支持的地址类型',
}

/** The same in English, for the commonest; others keep their name. */
const NET_ENGLISH: Readonly<Record<string, string>> = {
  ABORTED: 'aborted',
  ADDRESS_UNREACHABLE: 'the address cannot be reached',
  BLOCKED_BY_CLIENT: 'blocked by the browser',
  BLOCKED_BY_ORB: 'blocked by a rule between origins',
  BLOCKED_BY_RESPONSE: 'blocked by a rule of the answer',
  CERT_AUTHORITY_INVALID: "the issuer of the site's certificate is not trusted",
  CERT_COMMON_NAME_INVALID: "the site's certificate names another host",
  CERT_DATE_INVALID: "the site's certificate is out of date",
  CONNECTION_CLOSED: 'the connection was closed',
  CONNECTION_REFUSED: 'the connection was refused',
  CONNECTION_RESET: 'the connection was reset',
  CONNECTION_TIMED_OUT: 'the connection timed out',
  EMPTY_RESPONSE: 'the server sent nothing',
  FAILED: 'the request failed',
  HTTP_RESPONSE_CODE_FAILURE: 'the server answered with an error',
  INCOMPLETE_CHUNKED_ENCODING: 'the content did not come whole',
  NAME_NOT_RESOLVED: 'the host name has no address',
  SOCKS_CONNECTION_FAILED: 'no connection to this address',
  SOCKS_CONNECTION_HOST_UNREACHABLE: 'the address cannot be reached',
  SSL_PROTOCOL_ERROR: 'the secure connection failed',
  TIMED_OUT: 'timed out',
  TOO_MANY_REDIRECTS: 'too many redirects',
}

const STEPS: Readonly<Record<string, string>> = {
  environment: '清洁性检查',
  'clock-before': '取证前核对时钟',
  open: '打开网页',
  scroll: '滚动与展开',
  picture: '整页截图',
  print: '网页 PDF',
  snapshot: '快照与文本',
  traffic: '保存全部流量',
  'clock-after': '取证后核对时钟',
  archive: '网页归档',
}

const CHECKS: Readonly<Record<string, string>> = {
  profile: '浏览器配置',
  cookies: 'Cookie',
  hosts: 'hosts 文件',
  proxy: '系统代理',
  interceptors: '抓包或改包程序',
  sandbox: '浏览器沙箱',
  'user-agent': '浏览器标识',
  'address-opened': '开放的内网地址',
}

const NETWORKS: Readonly<Record<string, string>> = {
  loopback: '本机',
  private: '内部网络',
  'link-local': '链路本地',
  multicast: '组播',
  reserved: '保留地址',
  metadata: '云主机元数据',
  unspecified: '未指定地址',
  'carrier-nat': '运营商内部网络',
  'not-an-address': '不是网络地址',
}

const DIALOGS: Readonly<Record<string, string>> = {
  alert: '提示框',
  confirm: '确认框',
  prompt: '输入框',
  beforeunload: '离开确认框',
}

const ROLES: Readonly<Record<string, string>> = { officer: '执法人员', party: '当事人', witness: '见证人' }
const word = (table: Readonly<Record<string, string>>) => (name: string) => table[name] ?? name

/** How a part of a sentence is said: as it is when not named here. */
const PARTS: Readonly<Record<string, (text: string) => string>> = {
  step: word(STEPS),
  check: word(CHECKS),
  network: word(NETWORKS),
  dialog: word(DIALOGS),
  role: word(ROLES),
  state: word({ completed: '完成', canceled: '已停止', inProgress: '进行中' }),
  net: (code) => NET[code] ?? `浏览器报告 ${code}`,
}

type Sentence = readonly [RegExp, string]

const SENTENCES: readonly Sentence[] = [
  // The steps in the action log as it is watched: before all others, since what a step tells is a sentence of its own.
  [/^(?<step>[a-z-]+) started$/, '$step：开始'],
  [/^(?<step>[a-z-]+) done(?:: (.+))?$/, '$step：完成 ~2'],
  [/^(?<step>[a-z-]+) failed(?:: ([\s\S]+))?$/, '$step：未能完成 ~2'],
  // Connections.
  [/^net::ERR_(?<net>\w+)$/, '$net'],
  [/^no answer$/, '没有应答'],
  [/^the capture’s limit was reached$/, '已达到取证的限度'],
  [/^(\S+) has no address$/, '$1 没有对应的地址'],
  [/^(\S+) leads to (\S+) \((?<network>[\w-]+)\)$/, '$1 指向 $2（$network），未予连接'],
  [/^(\S+) is in a closed network \((?<network>[\w-]+)\)$/, '$1 属于封闭网络（$network）'],
  [/^(.+) port (\d+) did not answer$/, '$1 的端口 $2 没有应答'],
  // Steps of a capture and what may stop it.
  [/^no source$/, '没有可用的时间源'],
  [/^no time source (?:could be reached|answered)$/, '没有连上任何时间源'],
  [/^(\S+) did not answer$/, '$1 没有应答'],
  [/^(-?[\d.]+) ms(?:, (.+))?$/, '偏差 $1 毫秒（~2）'],
  [/^ntp (\S+)$/, '时间服务器 $1'],
  [/^(.*\p{Script=Han}\S*) [\x20-\x7e]+$/u, '$1'],
  [/^status none$/, '没有响应状态'],
  [/^status (\d+)$/, '响应状态 $1'],
  [/^(\d+) px$/, '$1 像素'],
  [/^(\d+) bytes$/, '$1 字节'],
  [/^(\d+) records in the index$/, '索引中有 $1 条记录'],
  [/^(\d+) requests, (\d+) answers$/, '$1 个请求，$2 个响应'],
  [/^(\d+) x (\d+) px, of (\d+) px, (\d+) viewports$/, '$1 × $2 像素（全页高 $3 像素），$4 幅分屏'],
  [/^(\d+) x (\d+) px, (\d+) viewports$/, '$1 × $2 像素，$3 幅分屏'],
  [/^([^,]+), (\d+) cookies, (.+)$/, '$1，$2 个 Cookie，$3'],
  [/^the address gave a file$/, '该地址给出的是文件'],
  [/^the capture was cancelled$/, '取证被停止'],
  [/^the capture took longer than (\d+) ms$/, '取证超过 $1 毫秒的时限'],
  [/^more bytes came than the capture may take$/, '流量超过取证的上限'],
  [/^more than (\d+) requests$/, '请求超过 $1 个'],
  [/^more than (\d+) dialogs: the script that asks was ended$/, '对话框超过 $1 个，已结束弹出它的脚本'],
  [/^more than (\d+) dialogs$/, '对话框超过 $1 个'],
  [/^more than (\d+) pop-ups: further ones were closed at once$/, '弹出窗口超过 $1 个，其余的立即关闭'],
  [/^more than (\d+) pop-ups$/, '弹出窗口超过 $1 个'],
  [/^the browser held more than (\d+) bytes of memory$/, '浏览器占用内存超过 $1 字节'],
  [/^the browser ended by itself$/, '浏览器意外退出'],
  [/^the browser ended$/, '浏览器已退出'],
  [/^nobody used it for ([\d.]+) minutes$/, '$1 分钟无人使用'],
  [/^it received more than a live browser may$/, '接收的数据超过受控浏览器的上限'],
  [/^captured$/, '已转为取证'],
  [/^the tab of page (\S+) crashed$/, '第 $1 页的标签页崩溃'],
  [/^(\S+): the capture had stopped \((?<step>\S+)\)$/, '$1：取证此前已停止'],
  [/^the page does not answer: (.+)$/, '网页没有响应：~1'],
  [/^[A-Za-z]+\.[A-Za-z]+: no answer within (\d+) ms$/, '浏览器在 $1 毫秒内没有应答'],
  [/^[A-Za-z]+\.[A-Za-z]+: the (?:tab|browser|target) is gone$/, '浏览器或标签页已关闭'],
  [/^[A-Za-z]+\.[A-Za-z]+: (.+)$/, '浏览器拒绝了操作（$1）'],
  [/^the tab is gone$/, '标签页已关闭'],
  [/^the browser printed nothing$/, '浏览器没有输出内容'],
  [/^the visible text could not be read: (.+)$/, '未能读取可见文本：~1'],
  [/^the page goes on after (\d+) px or (\d+) ms of scrolling$/, '滚动 $1 像素或 $2 毫秒后，页面仍未到底'],
  [/^the page is (\d+) px tall; pictures show (\d+) px$/, '页面高 $1 像素，截图包含其中 $2 像素'],
  [/^page (\d+) still loads after scrolling$/, '滚动后第 $1 页仍在加载'],
  [/^(\S+) still loads after (\d+) ms$/, '$1 在 $2 毫秒后仍在加载'],
  [/^(\S+) answered (\d+)$/, '$1 返回状态 $2'],
  [/^(\S+): cut off after (\d+) bytes \((.*)\)$/, '$1：传输 $2 字节后中断（~3）'],
  [/^(\S+): kept (\d+) of (\d+) bytes$/, '$1：共 $3 字节，只保存了 $2 字节'],
  [/^(\S+): the browser did not give the request’s body$/, '$1：浏览器没有给出请求的内容'],
  [/^the page opened a window: (.+)$/, '网页打开了新窗口：$1'],
  [/^the page gave a file: (.+), (\d+) bytes$/, '网页给出了文件：$1，$2 字节'],
  [/^(.+) did not come whole: (\d+) bytes \((?:\w+)\)$/, '$1 没有下载完整：$2 字节'],
  [/^(?<dialog>alert|confirm|prompt|beforeunload): ([\s\S]*)$/, '$dialog：$2'],
  [/^resolvers gave different addresses for (\S+)$/, '不同的域名服务器对 $1 给出不同的地址'],
  [/^the clock moved by (-?\d+) ms during the capture$/, '取证期间时钟变动了 $1 毫秒'],
  [/^an officer used this browser before the capture$/, '取证前执法人员使用过这个浏览器'],
  [/^(\d+) cookies before the first page$/, '打开第一页之前有 $1 个 Cookie'],
  [/^the browser ran without its sandbox$/, '浏览器在没有沙箱的情况下运行'],
  [/^the browser would not start with its sandbox$/, '浏览器无法在沙箱中启动'],
  [/^the label "(.+)" mixes (\w+) and (\w+) letters \((.+)\)$/, '域名中的“$1”混用不同文字的字母（$4）'],
  [
    /^the label "(.+)" is written in (\w+) letters that look like Latin ones \((.+)\)$/,
    '域名中的“$1”使用了形似拉丁字母的其他文字（$3）',
  ],
  [
    /^the host was pasted with look-alike or invisible characters and is (\S+)$/,
    '粘贴的域名含有形近或不可见字符，实际为 $1',
  ],
  // The action log as it is watched.
  [/^scrolled (\d+) of (\d+) px$/, '滚动 $1 / $2 像素'],
  [/^details "(.*)"$/, '展开“$1”'],
  [/^"(.*)"$/, '点开“$1”'],
  [/^(?<dialog>\w+) declined: ([\s\S]*)$/, '已拒绝$dialog：$2'],
  [/^window opened: (.+)$/, '打开了新窗口：$1'],
  [/^begins: (.+) from (\S+)$/, '开始下载：$1（来自 $2）'],
  [/^(?<state>\w+): (.+), (\d+) bytes$/, '下载（$state）：$2，$3 字节'],
  [/^stopped: (.+)$/, '停止：~1'],
  [
    /^the document did not come whole: opened again, kept as it comes$/,
    '网页没有完整传回，已重新打开并按收到的内容保存',
  ],
  [/^(\S+) did not come whole: (.+)$/, '$1 没有完整传回：~2'],
  [/^further lines are left out$/, '其余各行从略'],
  [/^([^\s:]+|\[.+\]):(\d+): (.+)$/, '$1:$2：~3'],
  // What was tried, and the reason: of a step, of a check, of an address.
  [/^#(\d+) (.+)$/, '第 $1 页：~2'],
  [/^#(\d+)$/, '第 $1 页'],
  [
    /^(?<step>environment|clock-before|open|scroll|picture|print|snapshot|traffic|clock-after|archive): ([\s\S]+)$/,
    '$step：~2',
  ],
  [/^(?<check>profile|cookies|hosts|proxy|interceptors|sandbox|user-agent): (.+)$/, '$check：~2'],
  [/^(https?:\/\/\S+): (.+)$/, '$1：~2'],
  // Editions and downloads.
  [/^original$/, '原始证据包'],
  [/^masked$/, '脱敏证据包'],
  [/^(?<role>officer|party|witness): (.+?)(?: — ([\s\S]*))?$/, '$role $2：$3'],
  // The audit log.
  [/^one-time codes$/, '动态码'],
  [/^passkey (.+)$/, '通行密钥“$1”'],
  [/^passkey$/, '使用通行密钥'],
  [/^password$/, '使用密码'],
  [/^key-compromise$/, '密钥泄露'],
  [/^superseded$/, '已更换'],
  [/^cessation$/, '停止使用'],
  // Refusals that carry a fact.
  [/^too many failed attempts; wait (\d+) seconds$/, '失败次数过多，请等待 $1 秒'],
  [/^a password has at least (\d+) characters$/, '密码至少 $1 位'],
  [/^a password has at most (\d+) characters$/, '密码至多 $1 位'],
  [/^this password is among the first that are guessed$/, '这个密码太常见，容易被猜中'],
  [/^the password repeats a few characters$/, '密码只是少数几个字符的重复'],
  [/^the password is a row of neighbouring characters$/, '密码是一串相邻的字符'],
  [/^the password holds your own name$/, '密码中含有您自己的名字'],
  [/^that is the present password$/, '新密码与当前密码相同'],
  [/^the address is longer than 8,192 characters$/, '地址超过 8,192 个字符'],
  [/^the address does not say https:\/\/ or http:\/\/$/, '地址没有以 https:// 或 http:// 开头'],
  [/^addresses of the kind (\S+): are not captured$/, '不能对 $1: 类型的地址取证'],
  [/^all live browsers are in use$/, '受控浏览器都在使用中'],
  [/^replay is not available here$/, '此平台尚未设置网页回放的地址'],
  [/^this live browser is closed; open a new one$/, '这个受控浏览器已关闭，请重新打开'],
]

/** The sentence in Chinese, or null when this table does not know it. What has Chinese in it already is its own Chinese. */
export function sayInChinese(text: string): string | null {
  for (const [pattern, chinese] of SENTENCES) {
    const match = pattern.exec(text)
    if (match === null) continue
    return chinese
      .replace(/\$([a-z]+)/g, (_, name: string) => PARTS[name]?.(match.groups?.[name] ?? '') ?? '')
      .replace(/([~$])(\d)/g, (_, mark: string, place: string) => {
        const part = match[Number(place)] ?? ''
        return mark === '~' ? (sayInChinese(part) ?? part) : part
      })
      .replace(/（）|：$/g, '')
      .trim()
  }
  return /\p{Script=Han}/u.test(text) || /^https?:\/\/\S+$/.test(text) ? text : null
}

/** The sentence in English: as it was recorded, with words for the browser's names of errors. */
export function sayInEnglish(text: string): string {
  return text.replace(/net::ERR_(\w+)/g, (_, code: string) => NET_ENGLISH[code] ?? `the browser reports ${code}`)
}

/** The part of a name in both languages, `中文 English`, that is in the language asked for; any other name as it is. */
export function nameIn(language: 'zh' | 'en', name: string): string {
  const match = /^(.*\p{Script=Han}\S*) ([\x20-\x7e]+)$/u.exec(name)
  return match === null ? name : match[language === 'zh' ? 1 : 2]!
}

/** What failed, without the step in which it did: beside the words of its code the step says nothing more. */
export function withoutStep(detail: string): string {
  const step = /^([a-z-]+): (?=[\s\S])/.exec(detail)
  return step !== null && step[1]! in STEPS ? detail.slice(step[0].length) : detail
}
