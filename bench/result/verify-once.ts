/** Child of the bench `verify`: verifies one package as the command does and tells the memory that it took. */
import { readFileSync } from 'node:fs'
import { verifyCommand } from '@mingzheng/verifier'

const [file = '', policy = '', now = ''] = process.argv.slice(2)
const { exitCode } = await verifyCommand({
  file,
  renewals: [],
  policies: [policy],
  trusted: [],
  json: true,
  language: 'en',
  now: Number(now),
})
/** Linux counts the memory of the parent, which made the package, into the child's `maxRSS`; its own high-water mark is right. */
function highestKiB(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1])
  } catch {
    return process.resourceUsage().maxRSS
  }
}

process.stdout.write(JSON.stringify({ exitCode, maxRssKiB: highestKiB() }))
