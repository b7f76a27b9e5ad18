/** What the machine that captures says of itself: read only, nothing is changed and no program is started. */

import { getServers } from 'node:dns'
import { readdir, readFile } from 'node:fs/promises'
import { arch, networkInterfaces, release, type } from 'node:os'

export interface Machine {
  system: string
  distribution: string
  architecture: string
  timeZone: string
  locale: string
  /** What contains this system, e.g. `docker`; `null` when nothing shows. */
  container: string | null
  virtualMachine: string | null
  /** Names of running programs with their number; `null` where the system does not tell. */
  processes: { name: string; count: number }[] | null
  /** Lines of the hosts file without comments. */
  hosts: string[]
  resolvers: string[]
  /** Addresses of the network interfaces, loopback left out. */
  addresses: { interface: string; address: string }[]
  /** Default gateways; empty where the system does not tell. */
  gateways: string[]
}

/** Reads it; parts that cannot be read are empty or `null`. */
export async function readMachine(): Promise<Machine> {
  const [distribution, processes, hosts, container, virtualMachine, gateways] = await Promise.all([
    readDistribution(),
    readProcesses(),
    readHosts(),
    findContainer(),
    findVirtualMachine(),
    readGateways(),
  ])
  const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions()
  return {
    system: `${type()} ${release()}`,
    distribution,
    architecture: arch(),
    timeZone,
    locale,
    container,
    virtualMachine,
    processes,
    hosts,
    resolvers: getServers(),
    addresses: Object.entries(networkInterfaces()).flatMap(([name, list]) =>
      (list ?? []).filter((each) => !each.internal).map((each) => ({ interface: name, address: each.address })),
    ),
    gateways,
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return ''
  }
}

async function readDistribution(): Promise<string> {
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(await textOf('/etc/os-release'))?.[1] ?? ''
}

async function readProcesses(): Promise<Machine['processes']> {
  let entries: string[]
  try {
    entries = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))
  } catch {
    return null
  }
  if (entries.length === 0) return null
  const names = await Promise.all(
    entries.slice(0, 5_000).map(async (pid) => (await textOf(`/proc/${pid}/comm`)).trim()),
  )
  const counts = new Map<string, number>()
  for (const name of names) if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function readHosts(): Promise<string[]> {
  const path = process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts'
  return (await textOf(path))
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '')
    .slice(0, 1_000)
}

async function findContainer(): Promise<string | null> {
  if ((await textOf('/.dockerenv')) !== '' || (await exists('/.dockerenv'))) return 'docker'
  if (await exists('/run/.containerenv')) return 'podman'
  const groups = await textOf('/proc/1/cgroup')
  return /(docker|kubepods|containerd|lxc)/.exec(groups)?.[1] ?? null
}

async function findVirtualMachine(): Promise<string | null> {
  const product = (await textOf('/sys/class/dmi/id/product_name')).trim()
  const vendor = (await textOf('/sys/class/dmi/id/sys_vendor')).trim()
  const told = `${vendor} ${product}`.trim()
  if (/kvm|qemu|vmware|virtualbox|xen|hyper-v|virtual|cloud|ecs|amazon|bochs|firecracker/i.test(told)) return told
  return /\bhypervisor\b/.test(await textOf('/proc/cpuinfo')) ? told || 'a hypervisor' : null
}

async function exists(path: string): Promise<boolean> {
  try {
    await readFile(path)
    return true
  } catch {
    return false
  }
}

/** Default routes of /proc/net/route: addresses there are hexadecimal in host byte order. */
async function readGateways(): Promise<string[]> {
  return (await textOf('/proc/net/route'))
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter((fields) => fields[1] === '00000000' && /^[0-9A-F]{8}$/.test(fields[2] ?? ''))
    .map((fields) => [...Buffer.from(fields[2]!, 'hex')].reverse().join('.'))
}
