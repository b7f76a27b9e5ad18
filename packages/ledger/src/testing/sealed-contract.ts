/** Contracts that run without clock and randomness: whoever looks at one of them is caught, in whatever it calls. */
import type { Contract, ContractMethod } from '../contract/contract.ts'

/** What a contract touched, for a test to fail on. */
export interface Touched {
  readonly contract: string
  readonly what: string
}

/** The same contracts; what they touch while they run is told. They run synchronously, so nothing else is in between. */
export function sealContracts(contracts: readonly Contract[], touched: (one: Touched) => void): Contract[] {
  return contracts.map((contract) => {
    const guard = <T>(run: () => T): T => sealed(run, (what) => touched({ contract: contract.name, what }))
    const methods = Object.entries(contract.methods).map(([name, method]): [string, ContractMethod] => [
      name,
      { ...method, apply: (state, args, context) => guard(() => method.apply(state, args, context)) },
    ])
    const { turn, takeOver } = contract
    return {
      ...contract,
      methods: Object.fromEntries(methods),
      ...(turn === undefined ? {} : { turn: (state, context) => guard(() => turn(state, context)) }),
      ...(takeOver === undefined ? {} : { takeOver: (state, context) => guard(() => takeOver(state, context)) }),
    }
  })
}

function sealed<T>(run: () => T, touched: (what: string) => void): T {
  const { Date: date } = globalThis
  const caught = (what: string) => () => {
    touched(what)
    throw new Error(`a contract used ${what}`)
  }
  const places: [object, string, unknown][] = [
    [Math, 'random', caught('Math.random')],
    [performance, 'now', caught('performance.now')],
    [crypto, 'getRandomValues', caught('crypto.getRandomValues')],
    [crypto, 'randomUUID', caught('crypto.randomUUID')],
    [
      globalThis,
      'Date',
      new Proxy(date, {
        construct: caught('Date'),
        apply: caught('Date'),
        get: (_target, name) => (name === 'prototype' ? date.prototype : caught('Date')),
      }),
    ],
    ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch'].map(
      (name): [object, string, unknown] => [globalThis, name, caught(name)],
    ),
  ]
  const before = places.map(([where, name]) => Object.getOwnPropertyDescriptor(where, name))
  for (const [where, name, value] of places) {
    Object.defineProperty(where, name, { value, configurable: true, writable: true })
  }
  try {
    return run()
  } finally {
    for (const [i, [where, name]] of places.entries()) {
      const descriptor = before[i]
      if (descriptor === undefined) Reflect.deleteProperty(where, name)
      else Object.defineProperty(where, name, descriptor)
    }
  }
}
