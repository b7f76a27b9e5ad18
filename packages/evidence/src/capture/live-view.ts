/** The live view: what the tab shows, as JPEG pictures, for people to watch. Nothing of it is evidence. */
import type { Bytes } from '@mingzheng/kernel'
import type { CdpSession } from '../browser/cdp.ts'

export interface Frame {
  jpeg: Bytes
  width: number
  height: number
}

/** Least time between two frames handed on, milliseconds. */
const PACE_MS = 100

/** Starts it on one tab. Frames come when the tab changes; the browser sends the next only when the last was taken. */
export function startLiveView(session: CdpSession, now: () => number, onFrame: (frame: Frame) => void): void {
  let lastAt = 0
  session.on('Page.screencastFrame', (event) => {
    const acknowledge = () => session.post('Page.screencastFrameAck', { sessionId: event.sessionId })
    const early = PACE_MS - (now() - lastAt)
    if (early > 0) setTimeout(acknowledge, early)
    else acknowledge()
    lastAt = now()
    onFrame({
      jpeg: new Uint8Array(Buffer.from(event.data, 'base64')),
      width: event.metadata.deviceWidth,
      height: event.metadata.deviceHeight,
    })
  })
  session.post('Page.startScreencast', {
    format: 'jpeg',
    quality: 55,
    maxWidth: 1280,
    maxHeight: 800,
    everyNthFrame: 1,
  })
}
