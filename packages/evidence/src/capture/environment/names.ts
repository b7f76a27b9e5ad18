/** Answers of several resolvers for the same names, to show that a name was not bent on its way here. */
import { Resolver } from 'node:dns/promises'
import type { CapturedNetwork } from '../capture-result.ts'

type Answers = CapturedNetwork['dns']

const PATIENCE_MS = 1_500
const MOST_NAMES = 20

/** Asks each resolver for each name; a resolver that does not answer has an empty list. Never throws. */
export async function askResolvers(names: readonly string[], resolvers: readonly string[]): Promise<Answers> {
  const questions = names.slice(0, MOST_NAMES).flatMap((name) => resolvers.map((resolver) => ({ name, resolver })))
  return Promise.all(
    questions.map(async ({ name, resolver }) => {
      const client = new Resolver({ timeout: PATIENCE_MS, tries: 1 })
      try {
        client.setServers([resolver])
        const answers = await Promise.all([
          client.resolve4(name).catch(() => []),
          client.resolve6(name).catch(() => []),
        ])
        return { name, resolver, answers: answers.flat().slice(0, 100) }
      } catch {
        return { name, resolver, answers: [] }
      }
    }),
  )
}

/** Names for which two resolvers answered and share no address. Large sites do this too: a remark, no fault. */
export function differingNames(dns: Answers): string[] {
  const names = new Set(dns.map((each) => each.name))
  return [...names].filter((name) => {
    const sets = dns.filter((each) => each.name === name && each.answers.length > 0).map((each) => each.answers)
    return sets.some((a) => sets.some((b) => !a.some((address) => b.includes(address))))
  })
}
