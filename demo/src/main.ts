/** Starts the demo marketplace; the port comes from `MINGZHENG_DEMO_PORT` (0 or none: any). */
import { startMarketplace } from './marketplace.ts'

const marketplace = await startMarketplace({ port: Number(process.env.MINGZHENG_DEMO_PORT ?? 0), now: Date.now })
process.on('SIGTERM', () => {
  marketplace.close().then(() => process.exit(0))
})
process.stdout.write(`${JSON.stringify({ ready: true, url: marketplace.url })}\n`)
