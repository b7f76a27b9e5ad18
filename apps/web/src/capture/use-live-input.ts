/** Sends what the officer does in order: one request at a time, what gathers meanwhile goes in the next. */
import type { LiveInput } from '@mingzheng/api'
import { useCallback, useRef } from 'react'
import { api } from '../data/api.ts'

const MOST_AT_ONCE = 50

type Input = LiveInput extends infer I
  ? I extends { kind: 'click' }
    ? Omit<I, 'button'> & { button?: 'left' | 'right' }
    : I
  : never

export type SendInput = (input: Input) => void

export function useLiveInput(id: string): SendInput {
  const waiting = useRef<Input[]>([])
  const sending = useRef(false)
  return useCallback(
    (input) => {
      const last = waiting.current.at(-1)
      // Of many moves of the pointer only the last matters.
      if (input.kind === 'move' && last?.kind === 'move') waiting.current.pop()
      if (input.kind === 'wheel' && last?.kind === 'wheel') {
        waiting.current.pop()
        waiting.current.push({ ...input, deltaY: input.deltaY + last.deltaY })
      } else waiting.current.push(input)
      if (sending.current) return
      sending.current = true
      void (async () => {
        while (waiting.current.length > 0) {
          const inputs = waiting.current.splice(0, MOST_AT_ONCE)
          await api.call('live.input', { params: { id }, body: { inputs } }).catch(() => undefined)
        }
        sending.current = false
      })()
    },
    [id],
  )
}
