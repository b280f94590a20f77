import { useQuery } from '@tanstack/react-query'
import { useMay } from '../../api/use-may.ts'
import { apps } from '../apps/queries.ts'
import type { KeyDraft } from './draft.ts'

/** The environment whose accounts a new key reaches; undefined where that is all of them, or not known yet. */
export function useEnvironmentOf({ app, profile, environment }: KeyDraft): string | undefined {
  const known = useQuery({ ...apps, enabled: useMay('apps:read') && app !== '' }).data
  if (app === '') return environment === '' ? undefined : environment
  return known?.find(({ key }) => key === app)?.profiles.find(({ name }) => name === profile)?.environment
}
