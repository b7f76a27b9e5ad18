/** Entry of the workbench. */
import { createRoot } from 'react-dom/client'
import { allWords } from './app/all-words.ts'
import { App } from './app/app.tsx'
import './design/base.css'
import './design/print.css'
import { startAppearance } from './design/appearance.ts'
import { startLanguage } from './i18n/language.ts'

startAppearance()
startLanguage(allWords)
createRoot(document.getElementById('root')!).render(<App />)
