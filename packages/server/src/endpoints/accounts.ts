import type { AccountSort, AccountStatus } from '@sallyport/contract'
import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest, sortedPageRequest } from './paging.ts'

type Names =
  | 'createAccount'
  | 'testAccountInput'
  | 'listAccounts'
  | 'countAccounts'
  | 'countRenewals'
  | 'accountForm'
  | 'getAccount'
  | 'updateAccount'
  | 'deleteAccount'
  | 'disconnectAccount'
  | 'listTraces'
  | 'diagnoseAccount'
  | 'authorizeAccount'
  | 'confirmAccount'
  | 'renewAccount'
  | 'testAccount'
  | 'accountToken'

export function accountHandlers({ accounts }: Broker): Pick<Handlers, Names> {
  return {
    createAccount: ({ principal, body }) => accounts.create(principal, body),
    testAccountInput: ({ principal, body }) => accounts.testInput(principal, body),
    listAccounts: async ({ principal, query }) => {
      const { sort } = query
      const page =
        sort === undefined ? pageRequest(query) : { ...sortedPageRequest(query), order: orderOf(sort) }
      return pageReply(await accounts.list(principal, filterOf(query), page))
    },
    countAccounts: ({ principal, query }) => accounts.count(principal, filterOf(query), query.groups),
    countRenewals: ({ principal, query }) => accounts.countRenewals(principal, query.hours),
    accountForm: ({ principal, params }) => accounts.form(principal, params.key),
    getAccount: ({ principal, params }) => accounts.read(principal, params.id),
    updateAccount: ({ principal, params, body }) => accounts.update(principal, params.id, body),
    deleteAccount: ({ principal, params }) => accounts.delete(principal, params.id),
    listTraces: async ({ principal, params, query }) =>
      pageReply(await accounts.traces(principal, params.id, pageRequest(query))),
    diagnoseAccount: ({ principal, params }) => accounts.diagnose(principal, params.id),
    disconnectAccount: ({ principal, params }) => accounts.disconnect(principal, params.id),
    authorizeAccount: ({ principal, params, body }) => accounts.authorize(principal, params.id, body),
    confirmAccount: ({ principal, params, body }) => accounts.confirm(principal, params.id, body.result),
    renewAccount: ({ principal, params }) => accounts.renew(principal, params.id),
    testAccount: ({ principal, params, body }) => accounts.test(principal, params.id, body),
    accountToken: ({ principal, params, body }) => accounts.token(principal, params.id, body.minimumSeconds),
  }
}

interface FilterQuery {
  readonly integration?: string | undefined
  readonly environment?: string | undefined
  readonly app?: string | undefined
  readonly status?: AccountStatus | undefined
  readonly q?: string | undefined
}

function filterOf(query: FilterQuery) {
  const { integration, environment, app, status, q: text } = query
  return { integration, environment, app, status, text, tags: tagsOf({ ...query }) }
}

function orderOf(sort: AccountSort | `-${AccountSort}`) {
  return { by: sort.replace('-', '') as AccountSort, isDescending: sort.startsWith('-') }
}

/** `tag.x=y` in the query. */
function tagsOf(query: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) =>
      name.startsWith('tag.') ? [[name.slice('tag.'.length), String(value)]] : [],
    ),
  )
}
