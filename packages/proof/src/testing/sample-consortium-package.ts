/** A complete small evidence package that a consortium of five witnessed, under its first policy or the one that followed. */
import { memberOrder } from '../package/layout.ts'
import { encodePolicyChain, type PolicyLink } from '../policy-chain.ts'
import type { ConsortiumPolicy } from '../policy-schema.ts'
import { buildSamplePackage, type SamplePackage, type SamplePackageOptions } from './sample-package.ts'
import { createTestConsortium, type TestConsortium } from './test-consortium.ts'

export interface ConsortiumPackage {
  readonly sample: SamplePackage
  readonly consortium: TestConsortium
  /** The consortium's first policy; `sample.policy` is the package's own. */
  readonly first: ConsortiumPolicy
  /** The change to the package's policy, where it is not the first. */
  readonly links: readonly PolicyLink[]
}

const CHAIN_PATH = 'proof/policy-chain.json'

/**
 * A package signed by these members, under the first policy (three of five, the court or the notary among them) or, with `changed`,
 * under one that followed (two, the court among them); its chain stands in the package with `chainInside`.
 */
export async function buildConsortiumPackage(
  by: readonly string[],
  changed = false,
  options: SamplePackageOptions & { chainInside?: boolean } = {},
): Promise<ConsortiumPackage> {
  const links: PolicyLink[] = []
  let consortium: TestConsortium | undefined
  let linked: Promise<unknown> | null = null
  const sample = await buildSamplePackage({
    ...options,
    tamper: (members) => {
      if (options.chainInside === true) members.set(CHAIN_PATH, encodePolicyChain(links))
      const ordered = [...members].sort(([a], [b]) => memberOrder(a, b))
      members.clear()
      for (const [path, bytes] of ordered) members.set(path, bytes)
      options.tamper?.(members)
    },
    ledger: (roots) => {
      const made = createTestConsortium({ policy: roots })
      consortium = made
      const second = made.successor(made.policy, { quorum: { atLeast: 2, anyOf: ['court'] } })
      return {
        policy: changed ? second : made.policy,
        clock: made.clock,
        get size() {
          return made.size
        },
        root: made.root,
        append(...entries) {
          const index = made.append(...entries)
          // The change stands before the package's entry.
          if (changed && linked === null) {
            linked = made.link(made.policy, second, ['regulator', 'court', 'notary']).then((link) => links.push(link))
          }
          return index
        },
        async receipt(profile, index) {
          await linked
          return made.receipt(profile, index, by)
        },
      }
    },
  })
  await linked
  return { sample, consortium: consortium!, first: consortium!.policy, links }
}
