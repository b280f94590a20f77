import type { Scope } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { ownUser } from './queries.ts'

/** Whether whoever is logged in holds a scope: what they may not do is not offered. */
export function useMay(scope: Scope): boolean {
  return useQuery(ownUser).data?.scopes.includes(scope) ?? false
}
