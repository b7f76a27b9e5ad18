/** A browser that an officer drives by hand before a capture: to sign in, to search, to get where the evidence is. */
import type { Bytes, Clock, Refusal } from '@mingzheng/kernel'
import type { BrowserChoice } from '../browser/browser-choice.ts'
import type { NameResolver } from './guard/name-resolver.ts'

export type LiveSessionInput =
  | { kind: 'click'; x: number; y: number; button: 'left' | 'right' }
  | { kind: 'move'; x: number; y: number }
  | { kind: 'wheel'; x: number; y: number; deltaY: number }
  /** Finished text, Chinese included. */
  | { kind: 'text'; text: string }
  /** Text under composition by an input method; an empty one ends it. */
  | { kind: 'compose'; text: string }
  /** A key by its DOM name: `Enter`, `Tab`, `Backspace`, `ArrowDown`, ... */
  | { kind: 'key'; key: string }
  | { kind: 'navigate'; url: string }
  | { kind: 'back' }

export type LiveSessionEvent =
  | { kind: 'frame'; jpeg: Bytes; width: number; height: number }
  | { kind: 'address'; url: string; title: string }
  | { kind: 'closed'; reason: string }

export interface LiveSessionRequest {
  url: string
  browser: BrowserChoice
  clock: Clock
  allow?: (host: string, port: number) => boolean
  resolver?: NameResolver
  onEvent: (event: LiveSessionEvent) => void
  /** Closes itself after this long without input, milliseconds; 15 minutes when left out. */
  idleMs?: number
}

export interface LiveSession {
  readonly width: number
  readonly height: number
  /** Address now shown. */
  url(): string
  /** Performs one input. A refused address is returned, and nothing happens. */
  input(input: LiveSessionInput): Promise<Refusal | null>
  /** Ends the browser and removes its profile. May be called twice. */
  close(): Promise<void>
}
