/** Search everything and do anything by keyboard. */
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from 'react'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { chooseAppearance, currentAppearance } from '../design/appearance.ts'
import { Icon, type IconName } from '../design/icon.tsx'
import { chooseLanguage, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import './command-palette.css'
import { placesOf } from './places.ts'
import { frameWords } from './words.ts'

interface Command {
  id: string
  group: 'paletteGo' | 'paletteDo' | 'paletteEvidence'
  icon: IconName
  title: string
  detail?: string
  run: () => void
}

const URL_TEXT = /^(https?:\/\/|www\.)\S+$/i

export function CommandPalette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const t = useWords(frameWords)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const commands = useCommands(text.trim(), onHelp)
  const chosen = Math.min(at, commands.length - 1)
  const run = (command: Command | undefined) => {
    if (command === undefined) return
    onClose()
    command.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setAt((chosen + step + commands.length) % Math.max(1, commands.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run(commands[chosen])
    }
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={dialog}
      className="palette"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
      aria-label={t('searchShort')}
    >
      <div className="palette-field">
        <Icon name="search" size={18} />
        <input
          // biome-ignore lint/a11y/noAutofocus: the person asked for this field
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={commands[chosen] === undefined ? undefined : `palette-${chosen}`}
          value={text}
          placeholder={t('paletteHint')}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id="palette-list" className="palette-list" role="listbox" aria-label={t('searchShort')}>
        {commands.length === 0 && <p className="palette-none second">{t('paletteNone')}</p>}
        {commands.map((command, i) => (
          <div key={command.id}>
            {command.group !== commands[i - 1]?.group && <div className="palette-group">{t(command.group)}</div>}
            {/* biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the option */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the field */}
            <div
              id={`palette-${i}`}
              role="option"
              aria-selected={i === chosen}
              className="palette-item"
              onMouseMove={() => setAt(i)}
              onClick={() => run(command)}
              ref={(node) => {
                if (i === chosen) node?.scrollIntoView({ block: 'nearest' })
              }}
            >
              <Icon name={command.icon} />
              <span className="ellipsis">{command.title}</span>
              {command.detail !== undefined && <span className="quiet small ellipsis">{command.detail}</span>}
            </div>
          </div>
        ))}
      </div>
      <div className="palette-foot quiet small">{t('paletteKeys')}</div>
    </dialog>
  )
}

function useCommands(text: string, onHelp: () => void): Command[] {
  const t = useWords(frameWords)
  const me = useMe()
  const language = useLanguage()
  const navigate = useNavigate()
  const asked = useDeferredValue(text)
  const mayRead = may(me, 'evidence.read')
  const found = useQuery({
    ...ask('evidence.list', { query: { q: asked, limit: 6 } }),
    enabled: mayRead && asked.length >= 2,
    placeholderData: (old) => old,
  })
  const matches = (words: string) => text === '' || words.toLowerCase().includes(text.toLowerCase())
  const commands: Command[] = []
  for (const place of placesOf(me)) {
    if (!matches(`${t(place.word)} ${place.to}`)) continue
    const run = () => void navigate({ to: place.to })
    commands.push({ id: place.to, group: 'paletteGo', icon: place.icon, title: t(place.word), run })
  }
  if (URL_TEXT.test(text) && may(me, 'evidence.capture')) {
    const run = () => void navigate({ to: '/capture', search: { urls: text } })
    commands.push({
      id: 'capture',
      group: 'paletteDo',
      icon: 'capture',
      title: t('paletteCapture', { url: text }),
      run,
    })
  }
  if (matches(t('changeAppearance'))) {
    const run = () => chooseAppearance(currentAppearance() === 'dark' ? 'light' : 'dark')
    commands.push({ id: 'appearance', group: 'paletteDo', icon: 'moon', title: t('changeAppearance'), run })
  }
  if (matches(t('changeLanguage'))) {
    const run = () => chooseLanguage(language === 'zh' ? 'en' : 'zh')
    commands.push({ id: 'language', group: 'paletteDo', icon: 'language', title: t('changeLanguage'), run })
  }
  if (matches(t('keysTitle'))) {
    commands.push({ id: 'keys', group: 'paletteDo', icon: 'screen', title: t('keysTitle'), run: onHelp })
  }
  if (!mayRead || text.length < 2) return commands
  const evidence: Command[] = (found.data?.rows ?? []).map((row) => ({
    id: row.number,
    group: 'paletteEvidence',
    icon: 'evidence',
    title: row.title === '' ? row.url : row.title,
    detail: row.number.slice(0, 23),
    run: () => void navigate({ to: '/evidence/$number', params: { number: row.number } }),
  }))
  evidence.push({
    id: 'all',
    group: 'paletteEvidence',
    icon: 'search',
    title: t('paletteAll', { q: text }),
    run: () => void navigate({ to: '/evidence', search: { q: text } }),
  })
  return [...evidence, ...commands]
}
