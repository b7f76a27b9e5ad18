import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alarmTeller } from './disk-watch.ts'

test('a disk that fills up is told once, and once that it has room again', () => {
  const told: string[] = []
  const log =
    (level: string) =>
    (_bindings: object, message?: string): void =>
      void told.push(`${level}: ${message}`)
  const tell = alarmTeller(100, { error: log('error'), info: log('info'), warn: log('warn') } as never)
  for (const free of [500, 100, 99, 3, 50, 100, 400, 99]) tell(free)
  assert.deepEqual(told, [
    'error: the disk is nearly full',
    'info: the disk has room again',
    'error: the disk is nearly full',
  ])
})
