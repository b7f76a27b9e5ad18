import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { utf8 } from '@mingzheng/kernel'
import { MemoryFiles } from '../testing/memory-files.ts'
import { Log, type LogState } from './log.ts'

const EMPTY: LogState = { size: 0, sha256: [], sm3: [] }
const open = (files: MemoryFiles, state: LogState) =>
  new Log({ files, folder: '/log', retryMs: 5, faulty: () => {} }, state)

describe('a settlement of the log', () => {
  for (const grown of [1, 2, 3, 300]) {
    test(`opens again as it was when it began, though ${grown} entries came while it was under way`, async () => {
      const files = new MemoryFiles()
      const log = open(files, EMPTY)
      for (let i = 0; i < 261; i++) log.append(utf8(`entry ${i}`))
      const state = log.state
      const roots = [log.trees.sha256.root(), log.trees.sm3.root()]
      const settling = log.settle()
      for (let i = 0; i < grown; i++) log.append(utf8(`later ${i}`))
      await settling
      // The power goes before the next settlement.
      const again = open(
        files.crash(() => 0),
        state,
      )
      assert.equal(again.size, 261)
      assert.deepEqual([again.trees.sha256.root(), again.trees.sm3.root()], roots)
      again.append(utf8('onwards'))
      assert.equal(again.size, 262)
      again.close()
      log.close()
    })
  }
})
