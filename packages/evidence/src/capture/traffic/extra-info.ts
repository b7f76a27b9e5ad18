/**
 * The browser tells the headers that really went over the network apart from the request and the answer, before or
 * after them. Each chain of redirects has one telling for each of its exchanges, in order.
 */
import type { CdpEvent } from '../../browser/cdp-types.ts'
import { type Exchange, headerList } from './exchange.ts'

interface Chain {
  exchanges: Exchange[]
  requests: CdpEvent<'Network.requestWillBeSentExtraInfo'>[]
  responses: CdpEvent<'Network.responseReceivedExtraInfo'>[]
}

export class ExtraInfo {
  readonly #chains = new Map<string, Chain>()

  #chain(id: string): Chain {
    const known = this.#chains.get(id)
    if (known !== undefined) return known
    const made: Chain = { exchanges: [], requests: [], responses: [] }
    this.#chains.set(id, made)
    return made
  }

  begin(exchange: Exchange): void {
    this.#chain(exchange.id).exchanges.push(exchange)
  }

  addRequest(event: CdpEvent<'Network.requestWillBeSentExtraInfo'>): void {
    this.#chain(event.requestId).requests.push(event)
  }

  addResponse(event: CdpEvent<'Network.responseReceivedExtraInfo'>): void {
    this.#chain(event.requestId).responses.push(event)
  }

  /** Whether both tellings for this exchange have come. */
  isKnown(exchange: Exchange): boolean {
    const chain = this.#chain(exchange.id)
    const index = chain.exchanges.indexOf(exchange)
    return chain.requests.length > index && chain.responses.length > index
  }

  /** Puts the true headers into the exchange, as far as they have come. */
  apply(exchange: Exchange): void {
    const chain = this.#chain(exchange.id)
    const index = chain.exchanges.indexOf(exchange)
    const request = chain.requests[index]
    if (request !== undefined) {
      exchange.requestHeaders = headerList(request.headers)
      exchange.requestHeadersExact = true
    }
    const response = chain.responses[index]
    if (response !== undefined && exchange.response !== null) {
      exchange.response.headers = headerList(response.headers)
      exchange.response.headersText = response.headersText ?? null
      // What the network answered: a 304 of the server shows as 200 to the page.
      exchange.response.status = response.statusCode
    }
  }

  forget(id: string): void {
    this.#chains.delete(id)
  }
}
