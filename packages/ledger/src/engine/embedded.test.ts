import { engineContract } from '../testing/engine-contract.ts'
import { MemoryFiles } from '../testing/memory-files.ts'
import { EmbeddedEngine } from './embedded.ts'

engineContract('embedded', async () => {
  const files = { now: new MemoryFiles() }
  let chances = 20_261_124
  const chance = (n: number) => {
    chances = (Math.imul(chances, 1_103_515_245) + 12_345) >>> 0
    return (chances >>> 8) % n
  }
  return {
    members: 1,
    patienceMs: 5000,
    async start(_member, application) {
      const engine = new EmbeddedEngine({ files: files.now, folder: '/engine', retryMs: 5 })
      await engine.start(application)
      return engine
    },
    async kill() {
      // The killed process's handles keep pointing at the disk of before.
      files.now = files.now.crash(chance)
    },
    hinder(_member, hindered) {
      files.now.fault = (operation) =>
        hindered && operation !== 'read' ? { when: 'lost', code: 'storage-full' } : null
    },
  }
})
