import { useQuery } from '@tanstack/react-query'
import { ownUser } from '../../api/queries.ts'

/** Whether whoever is logged in may run what is not saved: who may save it and run it. */
export function useMayTry(): boolean {
  const scopes = useQuery(ownUser).data?.scopes ?? []
  return scopes.includes('operations:write') && scopes.includes('operations:run')
}
