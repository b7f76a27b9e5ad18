/** Look-ups under way and their answers, in memory: a few at a time, the newest kept. */
import { randomBytes, toHex } from '@mingzheng/kernel'
import type { CourtAnswer, CourtDesk } from './court-desk.ts'

export interface CourtJob {
  readonly id: string
  /** Certificate number, or name of a file. */
  readonly number: string
  readonly work: (signal: AbortSignal) => Promise<CourtAnswer>
  answer: CourtAnswer | null
  failed: boolean
}

const MOST_KEPT = 500
/** Checking is bound by the disk and the processor; more at once are only slower. */
const AT_ONCE = 2
const MOST_WAITING = 200

export class CourtJobs {
  readonly #desk: Pick<CourtDesk, 'lookUp'>
  readonly #onError: (error: unknown) => void
  readonly #jobs = new Map<string, CourtJob>()
  readonly #waiting: CourtJob[] = []
  readonly #stopping = new AbortController()
  readonly #running = new Set<Promise<void>>()

  constructor(desk: Pick<CourtDesk, 'lookUp'>, onError: (error: unknown) => void) {
    this.#desk = desk
    this.#onError = onError
  }

  /** The job that checks a number: one that waits or runs already, or a new one; `null` when too many wait. */
  begin(number: string): CourtJob | null {
    for (const job of this.#jobs.values()) {
      if (job.number === number && job.answer === null && !job.failed) return job
    }
    if (this.#waiting.length >= MOST_WAITING) return null
    return this.#add(number, (signal) => this.#desk.lookUp(number, signal))
  }

  /** A job that checks a file handed in; `null` when too many wait, and nothing was begun. */
  beginFile(name: string, work: CourtJob['work']): CourtJob | null {
    return this.#waiting.length >= MOST_WAITING ? null : this.#add(name, work)
  }

  #add(number: string, work: CourtJob['work']): CourtJob {
    const job: CourtJob = { id: toHex(randomBytes(16)), number, work, answer: null, failed: false }
    this.#jobs.set(job.id, job)
    this.#forget()
    this.#waiting.push(job)
    this.#next()
    return job
  }

  get(id: string): CourtJob | null {
    return this.#jobs.get(id) ?? null
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#running)
  }

  #forget(): void {
    for (const [id, job] of this.#jobs) {
      if (this.#jobs.size <= MOST_KEPT) return
      if (job.answer !== null || job.failed) this.#jobs.delete(id)
    }
  }

  #next(): void {
    while (this.#running.size < AT_ONCE && !this.#stopping.signal.aborted) {
      const job = this.#waiting.shift()
      if (job === undefined) return
      const run = this.#run(job).then(() => {
        this.#running.delete(run)
        this.#next()
      })
      this.#running.add(run)
    }
  }

  async #run(job: CourtJob): Promise<void> {
    try {
      job.answer = await job.work(this.#stopping.signal)
    } catch (error) {
      job.failed = true
      if (!this.#stopping.signal.aborted) this.#onError(error)
    }
  }
}
