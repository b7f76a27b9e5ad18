/** Child of the bench `verify`: verifies one package as the command does and tells the memory that it took. */
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
process.stdout.write(JSON.stringify({ exitCode, maxRssKiB: process.resourceUsage().maxRSS }))
