/** Journeys in a real browser against a whole platform, which all of them share. */
import { after, before, describe } from 'node:test'
import { needs } from '../capability.ts'
import { accessibilityJourneys } from './accessibility.ts'
import { administrationJourneys } from './administration.ts'
import { dialogJourneys } from './dialogs.ts'
import { sizeJourneys } from './every-size.ts'
import { failureJourneys } from './failures.ts'
import { judgingJourneys } from './judging.ts'
import { liveJourneys } from './live-browser.ts'
import { passkeyJourneys } from './passkeys.ts'
import { probingJourneys } from './probing.ts'
import { verificationJourneys } from './public-verification.ts'
import { sourcingJourneys } from './sourcing.ts'
import { type Stage, setStage } from './stage.ts'
import { troubleJourneys } from './troubled-evidence.ts'
import { watchingJourneys } from './watching.ts'
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
  accessibilityJourneys(stage)
  workbenchJourneys(stage)
  // After the administrator has set up a second factor by hand: a second sign-in would ask for its code.
  dialogJourneys(stage)
  watchingJourneys(stage)
  sourcingJourneys(stage)
  judgingJourneys(stage)
  probingJourneys(stage)
  administrationJourneys(stage)
  passkeyJourneys(stage)
  troubleJourneys(stage)
  failureJourneys(stage)
  liveJourneys(stage)
})
