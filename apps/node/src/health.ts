/** How a node is, in words that say what it means for whoever wants something fixed. */
import type { LedgerClientStatus } from '@mingzheng/ledger'
import { DISK_ALARM_BYTES, freeBytesOf } from './maintenance/disk-watch.ts'
import type { OpenNode } from './run/open-node.ts'

export interface Health {
  /** `ready`, the code of what stalls, or `disk-low`. */
  readonly state: string
  readonly words: { readonly zh: string; readonly en: string }
  /** The reason's own words, or empty. */
  readonly detail: string
  readonly height: number
  readonly size: number
  readonly witnessedSize: number
  readonly waiting: number
  readonly freeBytes: number
  /** Fewer are an alarm. */
  readonly alarmBytes: number
}

const WORDS: Readonly<Record<string, { zh: string; en: string }>> = {
  ready: { zh: '正常', en: 'ready' },
  behind: { zh: '我落后于其他成员，正在追赶', en: 'I am behind and catching up' },
  halted: { zh: '我与其他成员不一致，已停止', en: 'I disagree with the others and have stopped' },
  'quorum-lost': {
    zh: '在线成员不足法定数：现在什么都不能固证',
    en: 'fewer than a quorum are here: nothing can be fixed now',
  },
  'quorum-missing': {
    zh: '见证的成员不足：已排序的记录还不算固证',
    en: 'too few members have signed: what is ordered is not fixed yet',
  },
  'engine-down': { zh: '排序引擎没有运行，正在重新启动', en: 'the engine is not running; it is being started again' },
  'clock-behind': { zh: '本机时钟落后', en: 'the clock of this machine is behind' },
  'clock-stepped': { zh: '本机时钟刚被调整', en: 'the clock of this machine was just set' },
  'signer-fault': { zh: '签名密钥不可用', en: 'a signing key does not answer' },
  'storage-full': { zh: '磁盘已满', en: 'the disk is full' },
  'storage-read-only': { zh: '磁盘只读', en: 'the disk can be read only' },
  'storage-fault': { zh: '磁盘故障', en: 'the disk has a fault' },
  'disk-low': { zh: '磁盘空间不足', en: 'the disk is nearly full' },
}

/** Asks the node; `disk-low` is told only when nothing worse is. */
export async function healthOf(node: OpenNode): Promise<Health> {
  const [status, freeBytes] = await Promise.all([node.ledger.status(), freeBytesOf(node.home)])
  const alarmBytes = node.configuration.diskAlarmBytes ?? DISK_ALARM_BYTES
  const low = freeBytes < alarmBytes
  const state = status.reason?.code ?? (low ? 'disk-low' : 'ready')
  return {
    state,
    words: WORDS[state] ?? { zh: state, en: state },
    detail: publicDetail(status.reason),
    height: node.ledger.height,
    size: status.size,
    witnessedSize: status.witnessedSize,
    waiting: status.waiting,
    freeBytes,
    alarmBytes,
  }
}

/** The detail of a disk's fault names folders of this machine, which are nobody's business. */
export function publicDetail(reason: LedgerClientStatus['reason']): string {
  return reason === undefined || reason.code.startsWith('storage-') ? '' : reason.detail
}
