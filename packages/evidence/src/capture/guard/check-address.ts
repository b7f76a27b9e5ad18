import { Failure, type Refusal } from '@mingzheng/kernel'

export type AddressProblem =
  | 'address-malformed'
  | 'address-scheme'
  | 'address-userinfo'
  | 'address-private'
  | 'address-port'

export interface CheckedAddress {
  kind: 'address'
  /** The address as a browser spells it. */
  url: string
  host: string
  port: number
  /** Why a reader could take the host for another, in words; `null` when not. */
  lookalike: string | null
}

/** Reads an address that a person pasted. Refused by name: what is not http or https, user names, private hosts. */
export function checkAddress(
  _text: string,
  _allow: (host: string, port: number) => boolean = () => false,
): CheckedAddress | Refusal<AddressProblem> {
  throw new Failure('unreachable', 'being built')
}
