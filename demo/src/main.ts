/**
 * Starts the three platforms of the demo market. `MINGZHENG_DEMO_PORT` is the first one's port (0 or none: any); the others take
 * those that follow where they are free. `MINGZHENG_DEMO_SEED` and `MINGZHENG_DEMO_SIZE` make another market,
 * `MINGZHENG_DEMO_LAYOUT=b` redesigns the sites, `MINGZHENG_DEMO_DECOYS=1` shows crawlers something else.
 */
import { startDemo } from './demo.ts'

const { MINGZHENG_DEMO_PORT, MINGZHENG_DEMO_SEED, MINGZHENG_DEMO_SIZE, MINGZHENG_DEMO_LAYOUT, MINGZHENG_DEMO_DECOYS } =
  process.env
const demo = await startDemo({
  port: Number(MINGZHENG_DEMO_PORT ?? 0),
  now: Date.now,
  seed: MINGZHENG_DEMO_SEED ?? 'west lake',
  size: Number(MINGZHENG_DEMO_SIZE ?? 1500),
  settings: { layout: MINGZHENG_DEMO_LAYOUT === 'b' ? 'b' : 'a', decoys: MINGZHENG_DEMO_DECOYS === '1' },
})
process.on('SIGTERM', () => {
  demo.close().then(() => process.exit(0))
})
const [first] = demo.platforms
process.stdout.write(`${JSON.stringify({ ready: true, url: first!.url, platforms: demo.platforms })}\n`)
