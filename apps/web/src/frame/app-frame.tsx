/** The frame of the workbench: side navigation, top bar, the page, the legal line at the foot. */
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { Drawer } from 'antd'
import { Suspense, useEffect, useState } from 'react'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { SessionDialog } from '../sign-in/session-dialog.tsx'
import './frame.css'
import { CommandPalette } from './command-palette.tsx'
import { Footer } from './footer.tsx'
import { KeyboardHelp } from './keyboard-help.tsx'
import { SideNav } from './side-nav.tsx'
import { TopBar } from './top-bar.tsx'
import { usePaletteKeys } from './use-palette-keys.ts'
import { frameWords } from './words.ts'

export function AppFrame() {
  const t = useWords(frameWords)
  const [menuOpen, setMenuOpen] = useState(false)
  const [paletteOpen, setPaletteOpen] = useState(false)
  const instance = useQuery({ ...ask('instance.read'), staleTime: Number.POSITIVE_INFINITY })
  const { pathname } = useLocation()
  const [helpOpen, setHelpOpen] = useState(false)
  usePaletteKeys({ search: () => setPaletteOpen(true), help: () => setHelpOpen(true) })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes what hangs over the old one
  useEffect(() => setMenuOpen(false), [pathname])
  return (
    <div className="frame">
      <a className="skip" href="#page">
        {t('skip')}
      </a>
      <aside className="frame-side">
        <Mark />
        <SideNav />
      </aside>
      <div className="frame-main">
        {instance.data?.demo === true && (
          <div className="frame-demo">
            <Icon name="warning" size={14} />
            {t('demo')}
          </div>
        )}
        <TopBar onMenu={() => setMenuOpen(true)} onSearch={() => setPaletteOpen(true)} />
        <main id="page" className="frame-page" tabIndex={-1}>
          <Suspense fallback={<BonesList rows={8} />}>
            <Outlet />
          </Suspense>
        </main>
        <Footer instance={instance.data} />
      </div>
      <Drawer
        open={menuOpen}
        onClose={() => setMenuOpen(false)}
        placement="left"
        size={264}
        closable={false}
        styles={{ body: { padding: 0 } }}
      >
        <Mark />
        <SideNav onGo={() => setMenuOpen(false)} />
      </Drawer>
      {paletteOpen && <CommandPalette onClose={() => setPaletteOpen(false)} onHelp={() => setHelpOpen(true)} />}
      <SessionDialog />
      {helpOpen && <KeyboardHelp onClose={() => setHelpOpen(false)} />}
    </div>
  )
}

function Mark() {
  const t = useWords(frameWords)
  return (
    <Link to="/" className="mark">
      {/* Where there is no room for the words, the picture alone names the link. */}
      <img src="/mark.svg" alt={t('product')} width={28} height={28} />
      <span>
        <strong>{t('product')}</strong>
        <small>{t('tagline')}</small>
      </span>
    </Link>
  )
}
