/** Every table of words of the workbench. */
import { accountWords } from '../account/words.ts'
import { auditWords } from '../audit/words.ts'
import { captureWords } from '../capture/words.ts'
import { comparisonWords } from '../comparison/words.ts'
import { custodyWords } from '../custody/words.ts'
import { designWords } from '../design/words.ts'
import { deskWords } from '../desk/words.ts'
import { evidenceWords } from '../evidence/words.ts'
import { detailWords } from '../evidence-detail/words.ts'
import { frameWords } from '../frame/words.ts'
import { keysWords } from '../keys/words.ts'
import { leadWords } from '../leads/words.ts'
import { chainWords } from '../ledger/chain-words.ts'
import { governanceWords } from '../ledger/governance-words.ts'
import { memberWords } from '../ledger/member-words.ts'
import { ledgerWords } from '../ledger/words.ts'
import { parameterWords } from '../models/parameter-words.ts'
import { modelWords } from '../models/words.ts'
import { organisationWords } from '../organisation/words.ts'
import { peopleWords } from '../people/words.ts'
import { probeWords } from '../probes/words.ts'
import { registerWords } from '../registers/words.ts'
import { reportWords } from '../report/words.ts'
import { ruleWords } from '../rules/words.ts'
import { anomalyWords } from '../said/anomaly-words.ts'
import { problemWords } from '../said/problem-words.ts'
import { settingWords } from '../settings/words.ts'
import { signInWords } from '../sign-in/words.ts'
import { submissionWords } from '../submissions/words.ts'
import { watchWords } from '../watch/words.ts'

export const allWords = [
  accountWords,
  anomalyWords,
  auditWords,
  captureWords,
  chainWords,
  comparisonWords,
  custodyWords,
  designWords,
  deskWords,
  detailWords,
  evidenceWords,
  frameWords,
  keysWords,
  governanceWords,
  leadWords,
  ledgerWords,
  memberWords,
  modelWords,
  organisationWords,
  parameterWords,
  peopleWords,
  probeWords,
  problemWords,
  registerWords,
  reportWords,
  ruleWords,
  settingWords,
  signInWords,
  submissionWords,
  watchWords,
]
