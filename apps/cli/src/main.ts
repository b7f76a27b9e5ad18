/** The command line's way in: the only place that reads the environment and owns the process. */
import { resolve } from 'node:path'
import { systemClock } from '@mingzheng/kernel'
import type { Context } from './context.ts'
import { languageOf } from './language.ts'
import { run } from './run.ts'

const stopping = new AbortController()
const stop = () => stopping.abort()
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
process.on('SIGHUP', stop)
// `| head` has seen enough: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
// The launcher holds the other end: when it is killed outright, what it started must not go on alone.
if (process.connected) {
  process.on('disconnect', stop)
  process.channel?.unref()
}

const language = languageOf(process.env)
const context: Context = {
  environment: process.env,
  language,
  clock: systemClock,
  root: resolve(import.meta.dirname, '../../..'),
  workingFolder: process.cwd(),
  superuser: process.getuid?.() === 0,
  node: process.execPath,
  stop: stopping.signal,
  print: (line) => process.stdout.write(`${line}\n`),
  say: (text) => process.stderr.write(`${text[language]}\n`),
}
process.exitCode = await run(context, process.argv.slice(2))
if (process.connected) process.disconnect?.()
