/** Who I am, for which unit; my account, appearance, language, sign out. */
import type { Me } from '@mingzheng/api'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useRouter } from '@tanstack/react-router'
import { Popover, Segmented } from 'antd'
import { api } from '../data/api.ts'
import { chooseAppearance, useAppearanceChoice } from '../design/appearance.ts'
import { Icon } from '../design/icon.tsx'
import { chooseLanguage, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { frameWords } from './words.ts'

export function UserMenu({ me }: { me: Me }) {
  const place = me.unit?.name ?? me.organisation.name
  return (
    <Popover trigger="click" placement="bottomRight" content={<Content me={me} />}>
      <button type="button" className="bare top-user">
        <span className="avatar" aria-hidden="true">
          {me.user.name.slice(-2)}
        </span>
        <span className="top-user-words">
          <span>{me.user.name}</span>
          <small>{place}</small>
        </span>
        <Icon name="down" size={14} />
      </button>
    </Popover>
  )
}

function Content({ me }: { me: Me }) {
  const t = useWords(frameWords)
  const choice = useAppearanceChoice()
  const language = useLanguage()
  const queries = useQueryClient()
  const router = useRouter()
  const navigate = useNavigate()
  const leave = async () => {
    await api.call('session.end')
    queries.clear()
    await router.invalidate()
    await navigate({ to: '/sign-in' })
  }
  return (
    <div className="user-menu">
      <div>
        <strong>{me.user.name}</strong>
        {me.user.cardNumber !== null && <div className="small second code">{me.user.cardNumber}</div>}
        <div className="small quiet">{me.organisation.name}</div>
        {me.unit !== null && <div className="small quiet">{me.unit.name}</div>}
      </div>
      <Segmented
        block
        size="small"
        value={choice}
        onChange={chooseAppearance}
        options={[
          { value: 'light', label: t('light') },
          { value: 'dark', label: t('dark') },
          { value: 'system', label: t('system') },
        ]}
      />
      <button
        type="button"
        className="bare user-menu-item"
        onClick={() => chooseLanguage(language === 'zh' ? 'en' : 'zh')}
      >
        <Icon name="language" /> {t('language')}
      </button>
      <Link to="/account" className="user-menu-item">
        <Icon name="person" /> {t('account')}
      </Link>
      <button type="button" className="bare user-menu-item" onClick={() => void leave()}>
        <Icon name="leave" /> {t('signOut')}
      </button>
    </div>
  )
}
