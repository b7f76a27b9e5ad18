/** For tests: a program that begins a job, says so, and waits to be killed. */
import { openDatabase } from '../database.ts'
import { openJobs } from './jobs.ts'

const database = await openDatabase<unknown>({ source: { url: process.argv[2] ?? '' } })
const jobs = await openJobs({ database })
await jobs.queue('capture', { retries: 3 })
await jobs.work('capture', () => {
  process.stdout.write('begun\n')
  return new Promise(() => undefined)
})
