/** Server-sent events of a route, checked against its schema; a lost or refused connection is tried again. */
import { addressOf, type CallOptions, type RouteName, routes } from '@mingzheng/api'
import { useEffect, useEffectEvent, useState } from 'react'
import type { z } from 'zod'

type EventRoute = { [N in RouteName]: (typeof routes)[N] extends { answer: 'events' } ? N : never }[RouteName]
export type EventOf<N extends EventRoute> = z.output<(typeof routes)[N]['response']>

/** `refused`: the server answered that there is nothing to watch, or not for us, or not now. */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused'

/** Milliseconds. A browser itself tries again only where the connection was lost. */
const AFTER_REFUSAL = 5000

/** Calls `onEvent` for each event while `enabled`; malformed ones are left out. */
export function useEvents<N extends EventRoute>(
  name: N,
  options: CallOptions<N>,
  enabled: boolean,
  onEvent: (event: EventOf<N>) => void,
): Connection {
  const [connection, setConnection] = useState<Connection>('connecting')
  const receive = useEffectEvent(onEvent)
  const address = addressOf(name, options)
  useEffect(() => {
    if (!enabled) return
    let source: EventSource
    let again: ReturnType<typeof setTimeout>
    const open = () => {
      source = new EventSource(address)
      source.onopen = () => setConnection('open')
      source.onerror = () => {
        const refused = source.readyState === EventSource.CLOSED
        setConnection(refused ? 'refused' : 'lost')
        if (refused) again = setTimeout(open, AFTER_REFUSAL)
      }
      source.onmessage = (message: MessageEvent<string>) => {
        const parsed = routes[name].response.safeParse(JSON.parse(message.data))
        if (parsed.success) receive(parsed.data as EventOf<N>)
      }
    }
    open()
    return () => {
      clearTimeout(again)
      source.close()
    }
  }, [address, enabled, name])
  return connection
}
