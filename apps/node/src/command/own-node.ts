/** The way from a command to the node that runs on a home. */
import { readFile } from 'node:fs/promises'
import { Failure } from '@mingzheng/kernel'
import { type HttpLedger, openLedgerOverHttp } from '@mingzheng/ledger'
import { homeLayout } from '../home/home-layout.ts'
import { readNodeConfiguration } from '../home/node-configuration.ts'
import { readFounding } from '../run/open-node.ts'

/** Throws `ledger-unreachable` when no node runs there. */
export async function reachOwnNode(home: string): Promise<{ ledger: HttpLedger; member: string }> {
  const { private: at, member } = await readNodeConfiguration(home)
  const { genesis } = await readFounding(home)
  const token = await readFile(homeLayout(home).token, 'utf8').catch((cause: Error) => {
    throw new Failure('file-unreadable', cause.message, { cause, field: '--home' })
  })
  const url = `http://${at.host}:${at.port}`
  const ledger = await openLedgerOverHttp({ url, token: token.trim(), origin: genesis.origin, patienceMs: 0 })
  return { ledger, member }
}
