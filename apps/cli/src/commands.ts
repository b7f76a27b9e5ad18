import { admin } from './admin/admin.ts'
import { examine } from './analysis/examine.ts'
import { extract } from './analysis/extract.ts'
import { recompute } from './analysis/recompute.ts'
import { backup } from './backup/backup.ts'
import { restore } from './backup/restore.ts'
import { bench } from './bench/bench.ts'
import { capture } from './capture/capture.ts'
import { consortium } from './consortium/consortium.ts'
import type { Command } from './context.ts'
import { doctor } from './doctor/doctor.ts'
import { helpOn } from './help.ts'
import { renew } from './renew/renew.ts'
import { suite } from './suite/suite.ts'
import { trust } from './trust/trust.ts'
import { up } from './up/up.ts'
import { verify } from './verify/verify.ts'
import { watch } from './watch/watch.ts'

const working: readonly Command[] = [
  up,
  capture,
  verify,
  renew,
  trust,
  examine,
  extract,
  recompute,
  watch,
  admin,
  consortium,
  backup,
  restore,
  doctor,
  suite,
  bench,
]
/** Every command, in the order in which `help` lists them. */
export const commands: readonly Command[] = [...working, helpOn(working)]
