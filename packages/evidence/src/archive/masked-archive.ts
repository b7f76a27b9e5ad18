import { Failure } from '@mingzheng/kernel'

export interface MaskedArchive {
  /** How many values were masked, by kind. */
  masked: { cookies: number; headers: number; bodies: number }
}

/** Writes a derived WACZ in which cookies, tokens and their values are masked; the original stays as it is. */
export async function maskArchive(_original: string, _derived: string): Promise<MaskedArchive> {
  throw new Failure('unreachable', 'being built')
}
