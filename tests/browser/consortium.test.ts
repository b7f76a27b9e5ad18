/** Journeys through a consortium as its users see it; all share one, which began as an installation without. */
import { after, before, describe } from 'node:test'
import { needs } from '../capability.ts'
import { courtCaseJourneys, courtJourneys } from './consortium-court.ts'
import { explorerJourneys } from './consortium-explorer.ts'
import { type ConsortiumStage, setConsortiumStage } from './consortium-stage.ts'
import { upJourneys } from './consortium-up.ts'
import { witnessJourneys } from './consortium-witnesses.ts'

describe('a consortium through the eyes of its users', needs('chromium', 'cometbft'), () => {
  const stage = {} as ConsortiumStage

  before(async () => {
    await setConsortiumStage(stage)
  })
  after(() => stage.end?.())

  witnessJourneys(stage)
  courtJourneys(stage)
  explorerJourneys(stage)
  courtCaseJourneys(stage)
  upJourneys(stage)
})
