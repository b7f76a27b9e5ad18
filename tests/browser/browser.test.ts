/** Journeys in a real browser against a whole platform, which all of them share. */
import { after, before, describe } from 'node:test'
import { needs } from '../capability.ts'
import { sizeJourneys } from './every-size.ts'
import { verificationJourneys } from './public-verification.ts'
import { type Stage, setStage } from './stage.ts'
import { workbenchJourneys } from './workbench.ts'

describe('in a real browser', needs('chromium'), () => {
  const stage = {} as Stage

  before(async () => {
    Object.assign(stage, await setStage())
  })
  after(async () => {
    await stage.browser?.close()
    await stage.platform?.stop()
  })

  verificationJourneys(stage)
  sizeJourneys(stage)
  workbenchJourneys(stage)
})
