/** Mouse, keyboard and input method of an officer, performed in a tab. */
import { Failure } from '@mingzheng/kernel'
import type { CdpSession } from '../browser/cdp.ts'
import type { LiveSessionInput } from './live-session.ts'

type TabInput = Exclude<LiveSessionInput, { kind: 'navigate' }>

/** Virtual key codes of the keys that an officer needs beside text (UI Events KeyboardEvent, Windows virtual keys). */
const KEYS: Readonly<Record<string, { code: number; text?: string }>> = {
  Enter: { code: 13, text: '\r' },
  Tab: { code: 9 },
  Backspace: { code: 8 },
  Delete: { code: 46 },
  Escape: { code: 27 },
  ArrowLeft: { code: 37 },
  ArrowUp: { code: 38 },
  ArrowRight: { code: 39 },
  ArrowDown: { code: 40 },
  PageUp: { code: 33 },
  PageDown: { code: 34 },
  Home: { code: 36 },
  End: { code: 35 },
  ' ': { code: 32, text: ' ' },
}

export type InputCode = 'key-unknown'

/** Performs one input. Throws `key-unknown` for a key that has no name here. */
export async function performInput(session: CdpSession, input: TabInput): Promise<void> {
  switch (input.kind) {
    case 'move':
      await session.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: input.x, y: input.y })
      return
    case 'click': {
      const point = { x: input.x, y: input.y, button: input.button, clickCount: 1 } as const
      await session.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: input.x, y: input.y })
      await session.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...point })
      await session.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...point })
      return
    }
    case 'wheel':
      await session.send('Input.dispatchMouseEvent', {
        type: 'mouseWheel',
        x: input.x,
        y: input.y,
        deltaX: 0,
        deltaY: input.deltaY,
      })
      return
    case 'text':
      await session.send('Input.insertText', { text: input.text })
      return
    case 'compose':
      await session.send('Input.imeSetComposition', {
        text: input.text,
        selectionStart: input.text.length,
        selectionEnd: input.text.length,
      })
      return
    case 'key': {
      const key = KEYS[input.key]
      if (key === undefined)
        throw new Failure<InputCode>('key-unknown', `no key is named ${input.key}`, { field: 'key' })
      const common = { key: input.key, windowsVirtualKeyCode: key.code }
      const text = key.text === undefined ? {} : { text: key.text }
      await session.send('Input.dispatchKeyEvent', {
        type: key.text === undefined ? 'rawKeyDown' : 'keyDown',
        ...common,
        ...text,
      })
      await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common })
      return
    }
    case 'back': {
      const { currentIndex, entries } = await session.send('Page.getNavigationHistory')
      const before = entries[currentIndex - 1]
      if (before !== undefined) await session.send('Page.navigateToHistoryEntry', { entryId: before.id })
      return
    }
  }
}
