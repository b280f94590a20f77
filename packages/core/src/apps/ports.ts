import type { Asker } from '../audit/record.ts'
import { SallyportError } from '../error.ts'
import type { AppRecord, Changed, Clock, ProfileRecord, Random, Store } from '../ports.ts'
import type { AccountSight } from '../principal.ts'

export interface AppPorts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly changed: Changed
}

/** Whose apps, and how much of them is seen. */
export type AppOwner = AccountSight & Asker

/** @throws SallyportError not_found */
export async function appByKey(
  { store }: Pick<AppPorts, 'store'>,
  { organizationId }: Pick<AppOwner, 'organizationId'>,
  key: string,
): Promise<AppRecord> {
  const app = await store.apps.getByKey(organizationId, key)
  if (!app) throw new SallyportError('not_found')
  return app
}

/** Profiles of another environment than the caller's are to it as if they were not there. */
export async function profilesSeen(
  { store }: Pick<AppPorts, 'store'>,
  owner: AppOwner,
  app: AppRecord,
): Promise<ProfileRecord[]> {
  const profiles = await store.apps.profiles(owner.organizationId, app.id)
  return profiles.filter((profile) => isSeen(owner, profile))
}

export function isSeen({ environment }: AppOwner, profile: Pick<ProfileRecord, 'environment'>): boolean {
  return environment === undefined || environment === profile.environment
}

/** @throws SallyportError not_found */
export async function profileByName(
  ports: Pick<AppPorts, 'store'>,
  owner: AppOwner,
  { app, name }: { readonly app: AppRecord; readonly name: string },
): Promise<ProfileRecord> {
  const profile = await ports.store.apps.profile(owner.organizationId, app.id, name)
  if (!profile || !isSeen(owner, profile)) throw new SallyportError('not_found')
  return profile
}

/** Refuses with the keys that belong to a profile, or to any of the app's, named. */
export async function profileInUse(
  { store }: Pick<AppPorts, 'store'>,
  { organizationId, id: appId }: AppRecord,
  name?: string,
): Promise<SallyportError> {
  const profile = { appId, ...(name !== undefined && { name }) }
  const { items } = await store.apiKeys.list(organizationId, { limit: 20, after: undefined }, { profile })
  return new SallyportError('profile_in_use', { keys: items.map(({ id, name }) => ({ id, name })) })
}
