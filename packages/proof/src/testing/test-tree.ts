/** One tree of a log in memory. Keeps every hash: proofs at once, memory without end. For tests and benches only. */
import type { Bytes } from '@mingzheng/kernel'
import { CompactRange } from '../merkle/compact-range.ts'
import { foldPlan, type NodeAt, planConsistency, planInclusion } from '../merkle/proof-plan.ts'
import type { Profile } from '../policy.ts'

/** An empty tree. */
export function createTestTree(profile: Profile) {
  const range = new CompactRange(profile)
  const nodes: Bytes[][] = []
  const keep = (level: number, index: number, hash: Bytes) => {
    nodes[level] ??= []
    nodes[level][index] = hash
  }
  const hashAt = ({ level, index }: NodeAt) => nodes[level]![index]!
  return {
    size: () => range.size,
    root: () => range.root(),
    append: (entry: Bytes) => range.append(range.hash.leaf(entry), keep),
    path: (index: number, size = range.size) => foldPlan(profile, planInclusion(index, size), hashAt),
    consistency: (from: number) => foldPlan(profile, planConsistency(from, range.size), hashAt),
  }
}
