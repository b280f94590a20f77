import type { QueryFunctionContext, QueryKey } from '@tanstack/react-query'
import { Failure } from './failure.ts'

/** How many seconds until what is shown is asked for anew; undefined once there is nothing more to follow. */
export type Every<Data> = number | ((data: Data | undefined) => number | undefined)

/**
 * The part of a query's options by which what goes on is followed while its page is seen: `ask` is told whether the page
 * asks by itself, which must not keep a session alive (S1). The first time somebody has opened the page.
 *
 * @example
 * queryOptions({
 *   queryKey: ['encryption', 'rotation'],
 *   ...live(5, (isBackground) => request('GET', '/v1/encryption/rotation', { isBackground })),
 * })
 */
export function live<Data>(every: Every<Data>, ask: (isBackground: boolean) => Promise<Data>) {
  return {
    queryFn: ({ client, queryKey }: QueryFunctionContext<QueryKey>): Promise<Data> =>
      ask(client.getQueryData(queryKey) !== undefined),
    refetchInterval: ({
      state,
    }: {
      readonly state: { readonly data: Data | undefined; readonly error: Error | null }
    }) =>
      isOver(state.error) ? false : milliseconds(typeof every === 'function' ? every(state.data) : every),
    refetchIntervalInBackground: false,
  } as const
}

/** What somebody has to mend first is not asked for anew. */
function isOver(error: Error | null): boolean {
  return error instanceof Failure && !error.isTransient
}

function milliseconds(seconds: number | undefined): number | false {
  return seconds === undefined ? false : seconds * 1000
}
