/** The first start: a cluster with checksums, UTF-8, and an order of text that no operating system can change. */
import { spawn } from 'node:child_process'
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { storageFailure } from '../storage-failure.ts'
import { syncFolder } from '../sync-folder.ts'
import type { PostgresBinaries } from './binaries.ts'
import { giveTo, type ServiceUser } from './service-user.ts'

export interface ClusterOptions {
  binaries: PostgresBinaries
  cluster: string
  user: ServiceUser | null
  owner: string
  password: string
  /** Whether to wait for the disk. */
  durable: boolean
}

/** Makes the cluster beside its place and moves it there when it is whole: a kill in between leaves nothing half-made. */
export async function createCluster(options: ClusterOptions): Promise<void> {
  const { binaries, cluster, user, owner, password, durable } = options
  const half = `${cluster}.half`
  await rm(half, { recursive: true, force: true })
  await mkdir(half, { mode: 0o700 })
  const passwordFile = join(half, '..', 'password.once')
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (user !== null) {
    await giveTo(half, user)
    await chown(passwordFile, user.uid, user.gid)
  }
  try {
    const { code, output } = await runQuietly(binaries.initdb, user, dirname(half), [
      `--pgdata=${half}`,
      `--username=${owner}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--data-checksums',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ])
    if (code !== 0) {
      throw storageFailure('database-start-failed', `the database could not be created: ${output.trim().slice(-500)}`, {
        remedy: 'see that the data folder has room and can be written',
      })
    }
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rename(half, cluster)
  await syncFolder(dirname(cluster))
}

/** Runs a program to its end, without a shell; its output never reaches ours. */
export function runQuietly(
  file: string,
  user: ServiceUser | null,
  cwd: string,
  parameters: string[],
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, parameters, {
      cwd,
      env: { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
    })
    let output = ''
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-20_000)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.once('error', (cause) =>
      reject(storageFailure('database-start-failed', `${file} cannot be run`, { cause, remedy: 'run npm ci again' })),
    )
    child.once('close', (code) => resolve({ code, output }))
  })
}
