/** What CometBFT writes, line by line: what an operator should read of it, and what means that it can never go on. */
import { z } from 'zod'

export interface CometLine {
  readonly level: 'info' | 'error'
  readonly message: string
}

const LONGEST = 64 * 1024

const logged = z.looseObject({ level: z.string(), _msg: z.string(), err: z.unknown().optional() })

export function readCometLine(line: string): CometLine {
  try {
    const { level, _msg, err } = logged.parse(JSON.parse(line))
    const words = err === undefined ? _msg : `${_msg}: ${typeof err === 'string' ? err : JSON.stringify(err)}`
    return { level: level === 'error' ? 'error' : 'info', message: words }
  } catch {
    // A panic, or a complaint about the configuration, is plain text.
    return { level: 'error', message: line }
  }
}

/** Words of CometBFT v0.38 and what they mean. */
const FINAL: readonly (readonly [RegExp, string])[] = [
  [/\+2\/3 (?:committed|prevoted for) an invalid block/, 'this member’s state is not that of the others'],
  // In its fast catching up: the members' signatures hold, and their hash is not ours.
  [/error in validation: .*wrong Block\.Header\.AppHash/i, 'this member’s state is not that of the others'],
  [/error on replay: wrong Block\.Header\.AppHash/, 'executing the blocks again gives another state'],
  [/AppHash does not match AppHash after replay/, 'executing the blocks again gives another state'],
  [/does not match AppHash after/, 'executing the blocks again gives another state'],
  [/app block height \(\d+\) is higher than core/, 'the ledger has blocks that CometBFT’s folder has not'],
  [/app block height \(\d+\) is too far below/, 'CometBFT’s folder has not the blocks that the ledger lacks'],
  [/could not find (?:block )?results for height/i, 'CometBFT has lost the results of a block'],
]

/** Why CometBFT can never go on after this line, or `null`. */
export function finalReason({ message }: CometLine): string | null {
  const found = FINAL.find(([words]) => words.test(message))
  return found === undefined ? null : `${found[1]} (${message.slice(0, 300)})`
}

/**
 * CometBFT lives on and orders nothing after such a line: its disk refused, or the application. Another start may do better.
 */
export function needsRestart({ message }: CometLine): boolean {
  return /CONSENSUS FAILURE|^State sync failed/.test(message)
}

/** Whether the disk is full, in the words of Node or Go. */
export function saysFull(words: string): boolean {
  return /ENOSPC|EDQUOT|no space left on device|disk quota exceeded/.test(words)
}

/** Cuts a stream of text into lines; a line without end is cut off. */
export class LineCutter {
  #rest = ''

  /** The lines that are complete with this text, without empty ones. */
  push(text: string): string[] {
    const parts = (this.#rest + text).split('\n')
    this.#rest = parts.pop()!.slice(0, LONGEST)
    return parts.filter((line) => line !== '').map((line) => line.slice(0, LONGEST))
  }
}
