/** What this product promises, beside the form; and the language and appearance of the page. */
import { Icon } from '../design/icon.tsx'
import { frameWords } from '../frame/words.ts'
import { chooseLanguage, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { signInWords } from './words.ts'

export function SignInAside() {
  const t = useWords(signInWords)
  const f = useWords(frameWords)
  const language = useLanguage()
  return (
    <aside className="sign-in-aside">
      <div className="sign-in-mark">
        <img src="/mark.svg" alt="" width={40} height={40} />
        <strong>{f('product')}</strong>
        <button
          type="button"
          className="bare sign-in-language"
          onClick={() => chooseLanguage(language === 'zh' ? 'en' : 'zh')}
        >
          <Icon name="language" /> {f('language')}
        </button>
      </div>
      <p className="sign-in-promise">{t('promise')}</p>
      <ul>
        {(['point1', 'point2', 'point3'] as const).map((key) => (
          <li key={key}>
            <Icon name="check" size={16} />
            <span>{t(key)}</span>
          </li>
        ))}
      </ul>
    </aside>
  )
}
