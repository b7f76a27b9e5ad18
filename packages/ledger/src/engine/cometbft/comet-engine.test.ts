import { describe } from 'node:test'
import { needs, toolPath } from '../../../../../tests/capability.ts'
import { cometMembers, startComet } from '../../testing/comet-rig.ts'
import { engineContract } from '../../testing/engine-contract.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import type { CometEngine } from './comet-engine.ts'

describe('CometBFT with one member', needs('cometbft'), () => {
  engineContract('cometbft', async (t) => {
    const members = await cometMembers(temporaryFolder(), 1, t.name)
    const running = new Map<number, CometEngine>()
    return {
      members: members.length,
      patienceMs: 30_000,
      async start(i, application) {
        const engine = await startComet(members[i]!, toolPath('cometbft'), application)
        running.set(i, engine)
        return engine
      },
      async kill(i) {
        const engine = running.get(i)!
        process.kill(engine.status().pid!, 'SIGKILL')
        await engine.stop()
      },
      hinder: null,
    }
  })
})
