/** Lines of the action log as a record prints them: Chinese for what was done, the log's own words for the facts. */

const STEP: Record<string, string> = {
  environment: '清洁性检查',
  'clock-before': '取证前核对时钟',
  open: '打开网页',
  scroll: '滚动至页面底部',
  picture: '截取整页图片',
  print: '打印为 PDF',
  snapshot: '保存网页快照',
  traffic: '保存网络数据',
  'clock-after': '取证后核对时钟',
  archive: '生成网页归档',
}
const KIND: Record<string, string> = {
  browser: '浏览器',
  navigate: '前往',
  scroll: '滚动',
  expand: '展开',
  dialog: '对话框',
  popup: '弹出窗口',
  download: '下载',
  limit: '达到限度',
  refused: '拒绝连接',
  officer: '执法人员操作',
  note: '记载',
}

/** One line of the log, `null` for one that only says that a step began: its end says all. */
export function stepWords(kind: string, page: number | null, text: string): string | null {
  const where = page === null ? '' : `（第 ${page} 页）`
  if (kind !== 'step') return `${KIND[kind] ?? kind}${where}：${text}`
  const match = /^([a-z-]+) (started|done|failed)(?:: (.*))?$/s.exec(text)
  if (match === null) return text
  const [, name = '', state, detail = ''] = match
  if (state === 'started') return null
  const words = `${STEP[name] ?? name}${where}${state === 'done' ? '完成' : '未能完成'}`
  return detail === '' ? words : `${words}：${detail}`
}

/** How the page was reached, as the manifest says it in English, with Chinese for what is known. */
export function entryStepWords(step: string): string {
  if (step.startsWith('opened ')) return `打开网址 ${step.slice(7)}`
  if (step === 'the officer reached the page in the live browser, signed in') {
    return '执法人员在实时浏览器中登录并到达该页面'
  }
  return step
}
