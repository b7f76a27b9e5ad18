/**
 * Starts the three platforms of the demo market. `MINGZHENG_DEMO_PORT` is the first one's port (0 or none: any); the others take
 * those that follow where they are free. `MINGZHENG_DEMO_SEED` and `MINGZHENG_DEMO_SIZE` make another market,
 * `MINGZHENG_DEMO_LAYOUT=b` redesigns the sites, `MINGZHENG_DEMO_DECOYS=1` shows crawlers something else. With a token in
 * `MINGZHENG_DEMO_CONTROL` listings can be planted, and the switches turned, at the address printed as `control`.
 */
import { startControl } from './control.ts'
import { startDemo } from './demo.ts'

const { env } = process
const demo = await startDemo({
  port: Number(env.MINGZHENG_DEMO_PORT ?? 0),
  now: Date.now,
  seed: env.MINGZHENG_DEMO_SEED ?? 'west lake',
  size: Number(env.MINGZHENG_DEMO_SIZE ?? 1500),
  settings: { layout: env.MINGZHENG_DEMO_LAYOUT === 'b' ? 'b' : 'a', decoys: env.MINGZHENG_DEMO_DECOYS === '1' },
})
const token = env.MINGZHENG_DEMO_CONTROL ?? ''
const control = token === '' ? null : await startControl(0, token, demo)
process.on('SIGTERM', () => {
  Promise.all([control?.close(), demo.close()]).then(() => process.exit(0))
})
const { platforms } = demo
process.stdout.write(
  `${JSON.stringify({ ready: true, url: platforms[0]!.url, platforms, control: control?.url ?? null })}\n`,
)
