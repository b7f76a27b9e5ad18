/** `/` or Ctrl-K opens the search, `?` the sheet of keys, from anywhere outside a field. */
import { useEffect, useEffectEvent } from 'react'

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input,textarea,select,[contenteditable="true"]') !== null
}

export function usePaletteKeys(open: { search: () => void; help: () => void }): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const command = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k'
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)
    if (command || (plain && event.key === '/')) open.search()
    else if (plain && event.key === '?') open.help()
    else return
    event.preventDefault()
  })
  useEffect(() => {
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
