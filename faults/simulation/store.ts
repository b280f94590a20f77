import type { Store } from '@sallyport/core'
import type { Oracle } from './oracle.ts'
import type { Turns } from './turns.ts'

/** What becomes of one statement of a node's: `unheard` is done, and said to have failed. */
export type StatementFate = 'done' | 'refused' | 'unheard'

export interface StoreOptions {
  readonly who: string
  readonly turns: Turns
  readonly oracle: Oracle
  readonly fate: (statement: string) => StatementFate
}

/** A store whose every method waits for its turn, before it happens and before it is heard of. */
export function simulatedStore(store: Store, options: StoreOptions): Store {
  // What a person does and is written down is one statement, with whatever it runs.
  const { recorded, chainedBy, ...nouns } = store
  const methods = Object.entries(nouns).map(([noun, methods]) => [noun, watched(noun, methods, options)])
  return {
    ...Object.fromEntries(methods),
    ...watched('store', { recorded }, options),
    chainedBy: (keys: Parameters<Store['chainedBy']>[0]) => simulatedStore(chainedBy(keys), options),
  } as Store
}

type Method = (...given: unknown[]) => Promise<unknown>

function watched(noun: string, methods: object, { who, turns, oracle, fate }: StoreOptions) {
  const wrap = ([name, method]: [string, Method]): [string, Method] => {
    const what = `${noun}.${name}`
    const simulated: Method = async (...given) => {
      await turns.take(who, what)
      const becomes = fate(what)
      if (becomes === 'refused') throw new Error(`${what} was refused`)
      const result = await method.apply(methods, given)
      if (what === 'accounts.commitCredential' && result === true) oracle.durable(who)
      if (what === 'accounts.setStatus' && result === true && given.includes('needs_reconnect'))
        oracle.refused()
      await turns.take(who, `${what} is heard`)
      if (becomes === 'unheard') throw new Error(`${what} was done, and nobody heard of it`)
      return result
    }
    return [name, simulated]
  }
  return Object.fromEntries(Object.entries(methods as Record<string, Method>).map(wrap))
}
