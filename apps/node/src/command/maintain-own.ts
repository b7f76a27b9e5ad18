/** `consortium maintain`: has the home's node give back the room of blocks that every member has executed. */
import { readFile } from 'node:fs/promises'
import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'
import { homeLayout } from '../home/home-layout.ts'
import { readNodeConfiguration } from '../home/node-configuration.ts'
import { say, type Terminal } from './words.ts'

const done = z.object({ before: z.number(), after: z.number() })
const refused = z.object({ code: z.string(), detail: z.string().default('') })
const LONGEST_MS = 1_300_000

/** Throws `ledger-unreachable`, `maintenance-others-away`. */
export async function maintainOwn(terminal: Terminal, home: string): Promise<void> {
  const { private: at } = await readNodeConfiguration(home)
  const token = (await readFile(homeLayout(home).token, 'utf8')).trim()
  const answer = await fetch(`http://${at.host}:${at.port}/maintain`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(LONGEST_MS),
  }).catch((cause: Error) => {
    throw new Failure('ledger-unreachable', cause.message, { cause, remedy: 'start the node of this home' })
  })
  const told: unknown = await answer.json()
  if (!answer.ok) {
    const { code, detail } = refused.parse(told)
    throw new Failure(code, detail, {
      remedy: 'maintain this node when all the others are ready: ./mingzheng consortium status --home FOLDER',
    })
  }
  const { before, after } = done.parse(told)
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
  say(terminal, {
    zh: `引擎数据从 ${mebibytes(before)} MiB 降至 ${mebibytes(after)} MiB；节点已恢复参与排序。`,
    en: `the engine had ${mebibytes(before)} MiB and has ${mebibytes(after)} MiB; the node takes part in ordering again.`,
  })
}
