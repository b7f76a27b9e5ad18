/** What the steps of one capture share. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActionLog } from './action-log.ts'
import type { BrowserSession } from './browser-session.ts'
import type { CaptureLimits, CaptureRequest } from './capture-request.ts'
import type { CaptureFile, CaptureFileRole } from './capture-result.ts'
import type { Activity } from './quiet.ts'
import type { Steps, Stop } from './step.ts'

export interface CaptureContext {
  request: CaptureRequest
  limits: CaptureLimits
  steps: Steps
  log: ActionLog
  stop: Stop
  session: BrowserSession
  activity: Activity
  files: CaptureFile[]
}

/** A file that is about to be written: its place on this machine, and its listing once it is there. */
export async function newFile(out: string, path: string): Promise<string> {
  const file = join(out, ...path.split('/'))
  await mkdir(join(file, '..'), { recursive: true })
  return file
}

export function listFile(
  files: CaptureFile[],
  out: string,
  path: string,
  mediaType: string,
  role: CaptureFileRole,
): string {
  files.push({ path, mediaType, role, file: join(out, ...path.split('/')) })
  return path
}
