/** Light or dark: what the person chose, else what the system says; kept in this browser alone. */
import { useSyncExternalStore } from 'react'
import { type Appearance, cssVariables } from './tokens.ts'

export type AppearanceChoice = Appearance | 'system'

const KEY = 'mingzheng.appearance'
const listeners = new Set<() => void>()
const darkSystem = () => matchMedia('(prefers-color-scheme: dark)')

export function appearanceChoice(): AppearanceChoice {
  const kept = localStorage.getItem(KEY)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

export function currentAppearance(): Appearance {
  const choice = appearanceChoice()
  if (choice !== 'system') return choice
  return darkSystem().matches ? 'dark' : 'light'
}

function show(): void {
  const appearance = currentAppearance()
  const root = document.documentElement
  root.dataset['appearance'] = appearance
  root.style.colorScheme = appearance
  for (const [name, value] of Object.entries(cssVariables(appearance))) root.style.setProperty(name, value)
  for (const listener of listeners) listener()
}

export function chooseAppearance(choice: AppearanceChoice): void {
  if (choice === 'system') localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, choice)
  show()
}

/** Puts the tokens on the page and follows the system; paper is always light. */
export function startAppearance(): void {
  show()
  darkSystem().addEventListener('change', show)
  addEventListener('beforeprint', () => {
    for (const [name, value] of Object.entries(cssVariables('light'))) {
      document.documentElement.style.setProperty(name, value)
    }
  })
  addEventListener('afterprint', show)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useAppearance = (): Appearance => useSyncExternalStore(subscribe, currentAppearance)
export const useAppearanceChoice = (): AppearanceChoice => useSyncExternalStore(subscribe, appearanceChoice)
