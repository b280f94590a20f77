import { type Fault, foldKey, type ProfileInput, type ProfileReply } from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { type Deed, recorded } from '../audit/record.ts'
import { invalid, SallyportError } from '../error.ts'
import type { AppRecord, ProfileRecord } from '../ports.ts'
import { checkBindings } from './bindings.ts'
import {
  type AppOwner,
  type AppPorts,
  appByKey,
  isSeen,
  profileByName,
  profileInUse,
  profilesSeen,
} from './ports.ts'
import { profileView } from './view.ts'

/** Which profile of which app, by their names. */
export interface ProfilePlace {
  readonly key: string
  readonly profile: string
}

/** @throws SallyportError not_found */
export async function listProfiles(ports: AppPorts, owner: AppOwner, key: string): Promise<ProfileReply[]> {
  const app = await appByKey(ports, owner, key)
  return (await profilesSeen(ports, owner, app)).map((profile) => profileView(app, profile))
}

/** @throws SallyportError not_found */
export async function readProfile(
  ports: AppPorts,
  owner: AppOwner,
  place: ProfilePlace,
): Promise<ProfileReply> {
  const app = await appByKey(ports, owner, place.key)
  return profileView(app, await profileByName(ports, owner, { app, name: place.profile }))
}

/**
 * Makes a profile, or replaces the one of this name.
 *
 * @throws SallyportError not_found, input_invalid with all faults, profile_in_use, changed_meanwhile
 */
export async function putProfile(
  ports: AppPorts,
  owner: AppOwner,
  { key, profile: name, input }: ProfilePlace & { readonly input: ProfileInput },
): Promise<ProfileReply> {
  const { organizationId } = owner
  const app = await appByKey(ports, owner, key)
  const before = await ports.store.apps.profile(organizationId, app.id, name)
  if (before && !isSeen(owner, before)) throw new SallyportError('not_found')
  const found = await ports.store.environments.get(organizationId, input.environment)
  const environment = found && isSeen(owner, { environment: found.key }) ? found.key : undefined
  const { bindings, faults } = await checkBindings(ports, owner, { app, environment }, input.bindings)
  if (environment === undefined) throw invalid('input_invalid', [unknownEnvironment, ...faults])
  if (faults.length > 0) throw invalid('input_invalid', faults)
  const { settings } = input
  const place = before ?? { organizationId, appId: app.id, name }
  const next = nextProfile(ports, before, { ...place, environment, bindings, settings })
  return stored(ports, owner, { app, before, next, action: before ? 'updated' : 'created' })
}

/** @throws SallyportError not_found, profile_in_use */
export async function deleteProfile(ports: AppPorts, owner: AppOwner, place: ProfilePlace): Promise<void> {
  const app = await appByKey(ports, owner, place.key)
  const { name } = await profileByName(ports, owner, { app, name: place.profile })
  const deed: Deed = { action: 'profile.deleted', target: targetOf(app, name) }
  const isGone = await recorded(ports.store, owner, deed, (store) =>
    store.apps.deleteProfile(owner.organizationId, app.id, name),
  )
  if (!isGone) throw await profileInUse(ports, app, name)
  ports.changed()
}

/** A profile as it is to be, a version further than it was. */
export function nextProfile(
  { clock }: Pick<AppPorts, 'clock'>,
  before: ProfileRecord | undefined,
  next: Omit<ProfileRecord, 'version' | 'createdAt' | 'updatedAt'>,
): ProfileRecord {
  const now = clock.now()
  return {
    ...next,
    version: (before?.version ?? 0) + 1,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  }
}

/** A profile that is to be written, and what the audit says was done. */
export interface ProfileChange {
  readonly app: AppRecord
  readonly before: ProfileRecord | undefined
  readonly next: ProfileRecord
  readonly action: 'created' | 'updated' | 'copied' | 'promoted'
}

/** @throws SallyportError profile_in_use, changed_meanwhile */
export async function stored(
  ports: AppPorts,
  owner: AppOwner,
  { app, before, next, action }: ProfileChange,
): Promise<ProfileReply> {
  const deed: Deed = {
    action: `profile.${action}`,
    target: targetOf(app, next.name),
    changes: changesBetween(fieldsOf(before), fieldsOf(next)),
  }
  const isStored = await recorded(ports.store, owner, deed, (store) => store.apps.putProfile(next))
  if (!isStored) throw await refusal(ports, app, next)
  ports.changed()
  return profileView(app, next)
}

export function targetOf({ key }: AppRecord, name: string): Deed['target'] {
  return { kind: 'profile', id: `${key}/${name}`, name }
}

function fieldsOf(profile: ProfileRecord | undefined): Record<string, unknown> {
  if (!profile) return {}
  const { environment, bindings, settings } = profile
  return { environment, bindings, settings }
}

/** Why a profile could not be written that had no fault. */
async function refusal(ports: AppPorts, app: AppRecord, profile: ProfileRecord): Promise<SallyportError> {
  const current = await ports.store.apps.profile(app.organizationId, app.id, profile.name)
  const moves = current && foldKey(current.environment) !== foldKey(profile.environment)
  const inUse = moves && (await profileInUse(ports, app, profile.name))
  return inUse && (inUse.keys?.length ?? 0) > 0 ? inUse : new SallyportError('changed_meanwhile')
}

const unknownEnvironment: Fault = {
  path: '/environment',
  code: 'unknown_environment',
  message: 'There is no environment of this key. Create it first, or check its spelling.',
}
