// Capture: a web page becomes files.
export { type MaskedArchive, maskArchive } from './archive/masked-archive.ts'
export type { BrowserChoice } from './browser/browser-choice.ts'
export { type BrowserWish, chooseBrowser } from './browser/choose-browser.ts'
export { capture } from './capture/capture.ts'
export { CAPTURE_STEPS, type CaptureEvent, type CaptureStepName } from './capture/capture-event.ts'
export { CAPTURE_LIMITS, type CaptureLimits, type CaptureRequest } from './capture/capture-request.ts'
export type {
  Anomaly,
  AnomalyCode,
  CapturedNetwork,
  CapturedPage,
  CaptureFile,
  CaptureFileRole,
  CaptureResult,
  CaptureTool,
  ClockReading,
} from './capture/capture-result.ts'
export type { TimeSource } from './capture/clock-check.ts'
export {
  comparePictures,
  compareTexts,
  type PictureComparison,
  type TextChange,
  type TextComparison,
} from './capture/compare.ts'
export { type AddressProblem, type CheckedAddress, checkAddress } from './capture/guard/check-address.ts'
export { type NameResolver, systemResolver } from './capture/guard/name-resolver.ts'
export type { LiveSession, LiveSessionEvent, LiveSessionInput, LiveSessionRequest } from './capture/live-session.ts'
export { openLiveSession } from './capture/open-live-session.ts'
