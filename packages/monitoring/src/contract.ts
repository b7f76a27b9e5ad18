/**
 * Monitoring on the ledger: salted commitments to what was seen (`snapshot`) and to what a model says of it (`finding`), never the
 * contents. docs/formats/finding-statement.md.
 */
import { type Contract, contractMethod } from '@mingzheng/ledger'
import { z } from 'zod'

const thirtyTwo = z.instanceof(Uint8Array).refine((bytes) => bytes.length === 32)
const commitments = z.strictObject({ c: thirtyTwo, s: thirtyTwo })

const fixing = (kind: 'snapshot' | 'finding') =>
  contractMethod({
    schema: commitments,
    permission: 'monitoring.fix',
    apply: (_state, { c, s }) => ({ entry: { kind: `monitoring.${kind}`, body: { c, s } } }),
  })

/** The contract `monitoring`, version 1. */
export const monitoringContract: Contract = {
  name: 'monitoring',
  version: 1,
  methods: { snapshot: fixing('snapshot'), finding: fixing('finding') },
}
