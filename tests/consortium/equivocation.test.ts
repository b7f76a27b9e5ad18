/** A member that signs another log than the one it keeps: the others refuse it, and the evidence stands on the ledger of all. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { encodeJson, isRefusal, randomBytes, systemClock } from '@mingzheng/kernel'
import {
  cosigner,
  decodeEntry,
  decodeEquivocation,
  formatCheckpoint,
  parseVerifierKey,
  signNote,
  verifyEquivocation,
} from '@mingzheng/proof'
import { openMemberKeys } from '../../apps/node/src/home/member-keys.ts'
import { needs } from '../capability.ts'
import { FiveNodes, until } from './five-nodes.ts'

const options = needs('cometbft')
let five: FiveNodes
before(async () => {
  if (options.skip === undefined) five = await FiveNodes.start()
})
after(() => five?.end())

test('a member that double-signs is refused, named, and convicted on the ledger by proof', options, async () => {
  const ledger = await five.ledger('regulator')
  const { policy } = ledger
  await until('something is witnessed', async () => (await ledger.status()).witnessedSize > 0)
  const { witnessedSize: size } = await ledger.status()
  const name = parseVerifierKey(policy.members.find(({ id }) => id === 'ca')!.cosignerKey).name
  const { ledger: keys } = await openMemberKeys(five.home('ca'))
  const text = formatCheckpoint({ origin: five.origin, size, root: randomBytes(32) })
  const note = await signNote(text, [cosigner(name, keys.member, systemClock)])
  const body = new Uint8Array(encodeJson({ v: 1, notes: [note] }))
  let answer: Response | undefined
  // A member that is not as far yet keeps the line until it is, and judges it then.
  await until('the court judges the line', async () => {
    answer = await fetch(`${five.url('court')}/peer/cosignatures`, { method: 'POST', body })
    return answer.status === 422
  })
  assert.deepEqual(((await answer!.json()) as { refused: string[] }).refused, ['cosignatures-contrary'])
  let evidence: Uint8Array | undefined
  await until('the evidence is on the ledger', async () => {
    const entries = (await ledger.entries(0, 1000)).map(({ entry }) => decodeEntry(entry))
    const found = entries.find(({ kind }) => kind === 'governance.equivocation')
    evidence = found?.body.e as Uint8Array | undefined
    return evidence !== undefined
  })
  const convicted = verifyEquivocation(decodeEquivocation(evidence!), policy)
  assert.ok(!isRefusal(convicted))
  assert.deepEqual(
    convicted.members.map(({ id }) => id),
    ['ca'],
  )
  // The others' state is as it was, and things go on.
  await until('the ledger is ready', async () => (await ledger.status()).state === 'ready')
})
