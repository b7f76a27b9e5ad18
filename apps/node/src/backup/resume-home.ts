/**
 * Lets a member that halted come back: what it holds of the ledger is put aside and taken anew from the others. What its keys signed stays
 * known here, votes and checkpoints alike, so that nothing is signed twice; and what its gateway accepted is fixed later.
 */
import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { knowsWhatItSigned, lockFolder, raiseSigned, readHalt } from '@mingzheng/ledger'
import { homeLayout } from '../home/home-layout.ts'
import { SIGNED_BY_ENGINE, STAYS_OF_LEDGER, writeJoining } from '../joining/joining-mark.ts'
import { readFounding } from '../run/open-node.ts'
import { BEYOND, heightOfOthers } from './others.ts'

export interface Resumed {
  /** Where and why it had halted. */
  readonly halted: { readonly height: number; readonly reason: string; readonly at: string }
  /** The highest block that another member has. */
  readonly height: number
  /** The folder with what was wrong. */
  readonly aside: string
}

/**
 * Throws `home-not-halted`, `ledger-in-use` while the node runs, `member-still-runs`, `others-away`, `signatures-unknown` when it could sign
 * twice, and what reading the home throws.
 */
export async function resumeHome(home: string): Promise<Resumed> {
  const layout = homeLayout(home)
  await readFounding(home)
  const halted = readHalt(layout.comet)
  if (halted === null) {
    throw new Failure('home-not-halted', `the member of ${home} has not halted`, {
      remedy: 'start its node; when it says something else, see docs/guides/run-a-member.md',
    })
  }
  const lock = lockFolder(layout.ledger)
  try {
    const height = await heightOfOthers(home)
    // Over which roots it signed is known by the signatures alone.
    if ((await readdir(join(layout.ledger, 'witness/signatures')).catch(() => [])).length === 0) {
      throw new Failure('signatures-unknown', 'which checkpoints this member signed is not known here any more', {
        remedy: 'come back with new keys: ./mingzheng consortium join, then rotate',
      })
    }
    raiseSigned(layout.comet, knowsWhatItSigned(layout.comet) ? 0 : height + BEYOND)
    const aside = await putAside(home, halted.height)
    // Last: until here it stays halted, and from here on its next start begins with the others.
    await writeJoining(home, 'returned')
    return { halted, height, aside }
  } finally {
    lock.release()
  }
}

async function putAside(home: string, height: number): Promise<string> {
  const { ledger, comet } = homeLayout(home)
  const before = (await readdir(home)).filter((name) => name.startsWith('halted-')).length
  const aside = join(home, `halted-${before + 1}-at-${height}`)
  for (const [part, from, stays] of [
    ['ledger', ledger, STAYS_OF_LEDGER],
    ['comet', join(comet, 'data'), SIGNED_BY_ENGINE],
  ] as const) {
    await mkdir(join(aside, part), { recursive: true, mode: 0o700 })
    for (const name of await readdir(from).catch(() => [])) {
      if (!stays.has(name)) await rename(join(from, name), join(aside, part, name))
    }
  }
  return aside
}
