import { type Fault, foldKey, type ProfileReply } from '@sallyport/contract'
import { invalid } from '../error.ts'
import type { AppRecord, ProfileRecord } from '../ports.ts'
import { type AppOwner, type AppPorts, appByKey, isSeen, profileByName } from './ports.ts'
import { nextProfile, type ProfilePlace, stored } from './profiles.ts'

export interface Transfer extends ProfilePlace {
  readonly to: string
}

/**
 * Copies a profile to a new one of the same environment, or over another. Settings are as in the original; bindings, too,
 * but only within one environment: in another, the profile keeps its own.
 *
 * @throws SallyportError not_found, input_invalid, changed_meanwhile
 */
export async function copyProfile(
  ports: AppPorts,
  owner: AppOwner,
  transfer: Transfer,
): Promise<ProfileReply> {
  const { app, from, to } = await bothOf(ports, owner, transfer)
  const { organizationId, appId, settings } = from
  const environment = to?.environment ?? from.environment
  const bindings = !to || to.environment === from.environment ? from.bindings : to.bindings
  const name = to?.name ?? transfer.to
  const next = { organizationId, appId, name, environment, settings, bindings }
  return stored(ports, owner, { app, before: to, next: nextProfile(ports, to, next), action: 'copied' })
}

/**
 * Gives a profile the settings of another. Its bindings stay as they are, whatever its environment: what is promoted is
 * how an app works, never whose account it uses. The reply names the adapters that are not bound yet.
 *
 * @throws SallyportError not_found, input_invalid, changed_meanwhile
 */
export async function promoteProfile(
  ports: AppPorts,
  owner: AppOwner,
  transfer: Transfer,
): Promise<ProfileReply> {
  const { app, from, to } = await bothOf(ports, owner, transfer)
  if (!to) throw invalid('input_invalid', [unknownProfile])
  const next = nextProfile(ports, to, { ...to, settings: from.settings })
  return stored(ports, owner, { app, before: to, next, action: 'promoted' })
}

async function bothOf(
  ports: AppPorts,
  owner: AppOwner,
  { key, profile, to: name }: Transfer,
): Promise<{ app: AppRecord; from: ProfileRecord; to: ProfileRecord | undefined }> {
  const app = await appByKey(ports, owner, key)
  const from = await profileByName(ports, owner, { app, name: profile })
  if (foldKey(name) === foldKey(from.name)) throw invalid('input_invalid', [sameProfile])
  const to = await ports.store.apps.profile(owner.organizationId, app.id, name)
  if (to && !isSeen(owner, to)) throw invalid('input_invalid', [unknownProfile])
  return { app, from, to }
}

const unknownProfile: Fault = {
  path: '/to',
  code: 'unknown_profile',
  message: 'The app has no profile of this name. Make it first, or check its spelling.',
}

const sameProfile: Fault = { path: '/to', code: 'same_profile', message: 'Name another profile.' }
