/** Names and shapes of the Chrome DevTools Protocol, taken from playwright-core's declarations; nothing of it runs. */
import type { CDPSession } from 'playwright-core'

declare const session: CDPSession

export type CdpMethod = Parameters<typeof session.send>[0]
export type CdpParams<M extends CdpMethod> = NonNullable<Parameters<typeof session.send<M>>[1]>
export type CdpResult<M extends CdpMethod> = Awaited<ReturnType<typeof session.send<M>>>

/** The events that a capture listens to. */
export type CdpEventName =
  | 'Browser.downloadProgress'
  | 'Browser.downloadWillBegin'
  | 'Fetch.requestPaused'
  | 'Inspector.targetCrashed'
  | 'Network.dataReceived'
  | 'Network.eventSourceMessageReceived'
  | 'Network.loadingFailed'
  | 'Network.loadingFinished'
  | 'Network.requestServedFromCache'
  | 'Network.requestWillBeSent'
  | 'Network.requestWillBeSentExtraInfo'
  | 'Network.responseReceived'
  | 'Network.responseReceivedExtraInfo'
  | 'Network.webSocketClosed'
  | 'Network.webSocketCreated'
  | 'Network.webSocketFrameError'
  | 'Network.webSocketFrameReceived'
  | 'Network.webSocketFrameSent'
  | 'Network.webSocketHandshakeResponseReceived'
  | 'Network.webSocketWillSendHandshakeRequest'
  | 'Page.frameNavigated'
  | 'Page.javascriptDialogOpening'
  | 'Page.lifecycleEvent'
  | 'Page.screencastFrame'
  | 'Runtime.consoleAPICalled'
  | 'Runtime.exceptionThrown'
  | 'Target.attachedToTarget'
  | 'Target.detachedFromTarget'
  | 'Target.targetCrashed'
  | 'Target.targetInfoChanged'

export type CdpEvent<E extends CdpEventName> = Parameters<Parameters<typeof session.off<E>>[1]>[0]
