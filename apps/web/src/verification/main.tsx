/** Entry of the public verification page: light, without the workbench's libraries. */
import { createRoot } from 'react-dom/client'
import { startAppearance } from '../design/appearance.ts'
import '../design/base.css'
import '../design/print.css'
import '../design/problem-view.css'
import { designWords } from '../design/words.ts'
import { startLanguage } from '../i18n/language.ts'
import { reportWords } from '../report/words.ts'
import { anomalyWords } from '../said/anomaly-words.ts'
import { problemWords } from '../said/problem-words.ts'
import { VerificationPage } from './verification-page.tsx'
import { verificationWords } from './words.ts'

startAppearance()
startLanguage([anomalyWords, designWords, problemWords, reportWords, verificationWords])
createRoot(document.getElementById('root')!).render(<VerificationPage />)
