import { describe, type TestContext } from 'node:test'
import { needs, toolPath } from '../../../../../tests/capability.ts'
import { cometMembers, startComet } from '../../testing/comet-rig.ts'
import { type EngineRig, engineContract } from '../../testing/engine-contract.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import type { CometEngine } from './comet-engine.ts'

for (const count of [1, 4]) {
  describe(`CometBFT, members: ${count}`, needs('cometbft'), () => {
    engineContract('cometbft', (t) => rigOf(t, count), { disk: false })
  })
}

async function rigOf(t: TestContext, count: number): Promise<EngineRig> {
  const members = await cometMembers(temporaryFolder(), count, t.name)
  const running = new Map<number, CometEngine>()
  return {
    members: count,
    patienceMs: 60_000,
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
  }
}
