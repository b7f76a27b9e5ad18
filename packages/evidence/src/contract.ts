/**
 * Evidence on the ledger: salted commitments and digests of numbers, never contents or names. `fix` is what a receipt
 * proves; `begin` and `abandon` leave a trace of every attempt, so that what acquits cannot be captured and forgotten.
 */

import { type Contract, contractMethod } from '@mingzheng/ledger'
import { FIX_ENTRY_KIND, fixBody } from '@mingzheng/proof'
import { z } from 'zod'

export {
  type CaseIndexPiece,
  caseIndexTag,
  decodeCaseIndex,
  encodeCaseIndex,
  foldCaseNumber,
} from './custody/case-index.ts'
export { type CustodianMember, custodianOverHttp, keepersOf } from './custody/custodian.ts'
export { custodyContract } from './custody/custody-contract.ts'
export { type CustodyEvent, readCustodyEvent } from './custody/custody-event.ts'
export { answerDigest, DRAWN_PARTS, drawnParts, drawSeed } from './custody/draw.ts'
export { formatProvedParts, givenParts, MOST_PARTS_SENT, readProvedParts } from './custody/proved-parts.ts'

const thirtyTwo = z.instanceof(Uint8Array).refine((bytes) => bytes.length === 32)

const fixArguments = z.strictObject({ c: thirtyTwo, s: thirtyTwo, n: thirtyTwo })
const attemptArguments = z.strictObject({
  /** Salted digest of the attempt's id: the platform can open it, nobody else can link it. */
  a: thirtyTwo,
})

/** The contract `evidence`, version 1. */
export const evidenceContract: Contract = {
  name: 'evidence',
  version: 1,
  methods: {
    fix: contractMethod({
      schema: fixArguments,
      permission: 'evidence.fix',
      apply: (_state, { c, s, n }) => ({
        entry: {
          kind: FIX_ENTRY_KIND,
          body: fixBody({ commitment: c, commitmentSm3: s, number: n }),
        },
      }),
    }),
    begin: contractMethod({
      schema: attemptArguments,
      permission: 'evidence.begin',
      apply: (_state, { a }) => ({ entry: { kind: 'evidence.begin', body: { a } } }),
    }),
    abandon: contractMethod({
      schema: attemptArguments,
      permission: 'evidence.begin',
      apply: (_state, { a }) => ({ entry: { kind: 'evidence.abandon', body: { a } } }),
    }),
  },
}
