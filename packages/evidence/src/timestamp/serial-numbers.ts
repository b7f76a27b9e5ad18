/** Serial numbers that never repeat, across crashes too (RFC 3161 section 2.4.2). */
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Clock, Failure } from '@mingzheng/kernel'
import { syncFolder } from '@mingzheng/storage'

export interface SerialNumbers {
  next(): Promise<bigint>
}

export interface SerialOptions {
  clock: Clock
  /** How many are reserved at once; default 1000. */
  block?: number
}

/**
 * Counts up in a file, from the time of opening in milliseconds times 2^20: so numbers given after a backup was taken are not
 * given again when it is restored. A block is reserved and synced before the first of it is given, so that a crash skips
 * numbers and repeats none, a clock that was set back or not. One process at a time. Throws `serial-file-damaged`.
 */
export function fileSerialNumbers(path: string, { clock, block = 1000 }: SerialOptions): SerialNumbers {
  let next = 0n
  let reserved = 0n
  let last: Promise<unknown> = Promise.resolve()
  const reserve = async () => {
    if (reserved === 0n) {
      const [mark, now] = [await readMark(path), BigInt(clock.now()) << 20n]
      next = mark > now ? mark : now
    }
    reserved = next + BigInt(block)
    const aside = `${path}.tmp`
    await mkdir(dirname(path), { recursive: true })
    const file = await open(aside, 'w', 0o600)
    try {
      await file.write(`${reserved}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, path)
    await syncFolder(dirname(path))
  }
  return {
    next() {
      const given = last.then(async () => {
        if (next >= reserved) {
          try {
            await reserve()
          } catch (cause) {
            reserved = 0n
            next = 0n
            throw cause
          }
        }
        const serial = next
        next += 1n
        return serial
      })
      last = given.catch(() => undefined)
      return given
    },
  }
}

async function readMark(path: string): Promise<bigint> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 1n
    throw cause
  }
  if (!/^[1-9]\d{0,30}\n$/.test(text)) {
    throw new Failure('serial-file-damaged', `${path} does not hold a number`, {
      remedy: 'write a number above every serial number given so far, followed by a line feed',
    })
  }
  return BigInt(text)
}
