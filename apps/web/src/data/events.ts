/** Server-sent events of a route, checked against its schema; the browser reconnects by itself. */
import { addressOf, type CallOptions, type RouteName, routes } from '@mingzheng/api'
import { useEffect, useEffectEvent, useState } from 'react'
import type { z } from 'zod'

type EventRoute = { [N in RouteName]: (typeof routes)[N] extends { answer: 'events' } ? N : never }[RouteName]
export type EventOf<N extends EventRoute> = z.output<(typeof routes)[N]['response']>

export type Connection = 'connecting' | 'open' | 'lost'

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
    const source = new EventSource(address)
    source.onopen = () => setConnection('open')
    source.onerror = () => setConnection('lost')
    source.onmessage = (message: MessageEvent<string>) => {
      const parsed = routes[name].response.safeParse(JSON.parse(message.data))
      if (parsed.success) receive(parsed.data as EventOf<N>)
    }
    return () => source.close()
  }, [address, enabled, name])
  return connection
}
