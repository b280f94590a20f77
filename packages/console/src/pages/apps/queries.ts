import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { everyPage } from '../../api/every-page.ts'
import { request } from '../../api/request.ts'

export const apps = queryOptions({
  queryKey: ['apps'],
  queryFn: () => everyPage((query) => request('GET', '/v1/apps', { query })),
})

export const app = (key: string) =>
  queryOptions({
    queryKey: ['apps', key],
    queryFn: () => request('GET', '/v1/apps/{key}', { params: { key } }),
  })

export const profiles = (key: string) =>
  queryOptions({
    queryKey: ['apps', key, 'profiles'],
    queryFn: async () => (await request('GET', '/v1/apps/{key}/profiles', { params: { key } })).items,
  })

/** The accounts that profiles of an app bind, by their ids. */
export const boundAccounts = (key: string) =>
  queryOptions({
    queryKey: ['accounts', 'of app', key],
    queryFn: async () => {
      const accounts = await everyPage((query) =>
        request('GET', '/v1/accounts', { query: { ...query, app: key } }),
      )
      return new Map(accounts.map((account) => [account.id, account]))
    },
  })

export const diff = (key: string, profile: string, other: string) =>
  queryOptions({
    queryKey: ['apps', key, 'diff', profile, other],
    queryFn: () =>
      request('GET', '/v1/apps/{key}/profiles/{profile}/diff', {
        params: { key, profile },
        query: { with: other },
      }),
  })

/** Among what an account is chosen. */
export interface AccountsToChoose {
  readonly integration?: string
  readonly environment?: string
  readonly q?: string
}

/** So many are shown at once; more are found by their names. */
const mostShown = '12'

export const accountChoices = (among: AccountsToChoose) =>
  queryOptions({
    queryKey: ['accounts', 'choices', among],
    queryFn: () => request('GET', '/v1/accounts', { query: { ...among, sort: 'name', limit: mostShown } }),
    placeholderData: keepPreviousData,
  })
