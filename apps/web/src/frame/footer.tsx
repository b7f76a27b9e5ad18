/** The foot of every page: the filing number that the law asks for, version, documentation. */
import type { Instance } from '@mingzheng/api'
import { useWords } from '../i18n/words.ts'
import { frameWords } from './words.ts'

export function Footer({ instance }: { instance: Instance | undefined }) {
  const t = useWords(frameWords)
  if (instance === undefined) return <footer className="frame-foot" />
  return (
    <footer className="frame-foot small quiet">
      <span>{instance.filing === null ? t('noFiling') : t('filing', { filing: instance.filing })}</span>
      <span className="code">{instance.origin}</span>
      <span>{t('version', { version: instance.version })}</span>
      <a href="/docs" className="no-print">
        {t('apiDocs')}
      </a>
    </footer>
  )
}
