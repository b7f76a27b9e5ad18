import type { Instance } from '@mingzheng/api'
import { chooseAppearance, useAppearance } from '../design/appearance.ts'
import { Icon } from '../design/icon.tsx'
import { chooseLanguage, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { verificationWords } from './words.ts'

export function TopLine({ instance }: { instance: Instance | null }) {
  const t = useWords(verificationWords)
  const language = useLanguage()
  const appearance = useAppearance()
  return (
    <div className="verification-top">
      <a href="/verify" className="verification-mark">
        <img src="/mark.svg" alt="" width={28} height={28} />
        <strong>{language === 'zh' ? '明证' : 'Mingzheng'}</strong>
        <span className="quiet small">{instance?.name[language] ?? ''}</span>
      </a>
      <nav className="no-print">
        <a href="/ledger">{t('ledger')}</a>
        <a href="/sign-in">{t('signIn')}</a>
        <button
          type="button"
          className="bare"
          title={t('appearance')}
          aria-label={t('appearance')}
          onClick={() => chooseAppearance(appearance === 'dark' ? 'light' : 'dark')}
        >
          <Icon name={appearance === 'dark' ? 'sun' : 'moon'} size={18} />
        </button>
        <button type="button" className="bare" onClick={() => chooseLanguage(language === 'zh' ? 'en' : 'zh')}>
          {language === 'zh' ? 'English' : '中文'}
        </button>
      </nav>
    </div>
  )
}
