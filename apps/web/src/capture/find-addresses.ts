/** The web addresses in whatever a person pasted. */

const ADDRESS = /(?:https?:\/\/|www\.)[^\s<>"'“”‘’，。；、（）【】]+/gi
const BARE_HOST = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}-]+)+(?::\d{1,5})?(?:[/?#]\S*)?$/u

export interface FoundAddresses {
  urls: string[]
  duplicates: number
}

/** Addresses in order, each once. A line that is a bare host gets `https://`; trailing punctuation of prose is dropped. */
export function findAddresses(text: string): FoundAddresses {
  const all: string[] = []
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim()
    const matches = trimmed.match(ADDRESS)
    if (matches !== null) all.push(...matches.map((match) => complete(match.replace(/[.,;:!?)\]]+$/, ''))))
    else if (BARE_HOST.test(trimmed)) all.push(complete(trimmed))
  }
  const urls = [...new Set(all)]
  return { urls, duplicates: all.length - urls.length }
}

function complete(address: string): string {
  return /^https?:\/\//i.test(address) ? address : `https://${address}`
}
