/** One verification at a time: start, progress, stop, report. */
import type { Report } from '@mingzheng/proof'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { VerifyMessage, VerifyRequest } from './verify-worker.ts'

export type VerificationState =
  | { kind: 'idle' }
  | { kind: 'reading'; name: string; read: number; total: number }
  | { kind: 'report'; report: Report; name: string }
  | { kind: 'unreadable'; name: string }

export function useVerification() {
  const [state, setState] = useState<VerificationState>({ kind: 'idle' })
  const worker = useRef<Worker | null>(null)
  const stop = useCallback(() => {
    worker.current?.terminate()
    worker.current = null
    setState({ kind: 'idle' })
  }, [])
  const start = useCallback((request: VerifyRequest) => {
    worker.current?.terminate()
    const { name, size } = request.file
    setState({ kind: 'reading', name, read: 0, total: size })
    const next = new Worker(new URL('./verify-worker.ts', import.meta.url), { type: 'module' })
    worker.current = next
    const end = (last: VerificationState) => {
      next.terminate()
      worker.current = null
      setState(last)
    }
    next.onmessage = ({ data }: MessageEvent<VerifyMessage>) => {
      if (data.kind === 'progress') setState({ kind: 'reading', name, read: data.read, total: data.total })
      else if (data.kind === 'report') end({ kind: 'report', report: data.report, name })
      else end({ kind: 'unreadable', name })
    }
    next.onerror = () => end({ kind: 'unreadable', name })
    next.postMessage(request)
  }, [])
  useEffect(() => () => worker.current?.terminate(), [])
  return { state, start, stop }
}
