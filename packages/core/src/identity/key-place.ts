import { type ApiKeyInput, type Fault, foldKey } from '@sallyport/contract'
import type { ApiKeyRecord, ProfileRecord, Store } from '../ports.ts'
import type { Principal } from '../principal.ts'

type Place = Pick<ApiKeyRecord, 'environment' | 'profile'>
type Asked = Pick<ApiKeyInput, 'app' | 'profile' | 'environment'>

/** Where a new key belongs: as it is asked for, within the place of the one that makes it, and by default there (K3). */
export async function placeOf(
  { store }: { readonly store: Store },
  principal: Principal,
  asked: Asked,
): Promise<{ readonly place: Place; readonly faults: Fault[] }> {
  const { organizationId } = principal
  const faults: Fault[] = []
  if (asked.app === undefined && asked.profile !== undefined) faults.push(together('/app'))
  if (asked.app !== undefined && asked.profile === undefined) faults.push(together('/profile'))
  if (faults.length > 0) return { place: { environment: undefined, profile: undefined }, faults }

  const found =
    asked.app === undefined || asked.profile === undefined
      ? undefined
      : await profileNamed(store, organizationId, { app: asked.app, profile: asked.profile })
  if (found && !('name' in found)) faults.push(found)
  const own = found && 'name' in found ? found : undefined
  const profile = own ?? principal.profile
  if (principal.profile && profile && !isSame(profile, principal.profile)) faults.push(notYours('/profile'))

  const named =
    asked.environment === undefined
      ? undefined
      : await store.environments.get(organizationId, asked.environment)
  if (asked.environment !== undefined && !named) faults.push(unknownEnvironment)
  const environment = named?.key ?? own?.environment ?? principal.environment
  if (own && environment !== own.environment) faults.push(otherEnvironment(own.environment))
  else if (principal.environment !== undefined && environment !== principal.environment) {
    faults.push(notYours(named ? '/environment' : '/profile'))
  }
  const place = profile && { appId: profile.appId, name: profile.name }
  return { place: { environment, profile: place }, faults }
}

/** Whether both are the same profile. */
export function isSame(
  one: ApiKeyRecord['profile'],
  other: { readonly appId: string; readonly name: string },
): boolean {
  return one?.appId === other.appId && foldKey(one.name) === foldKey(other.name)
}

/** Whether a profile is of an app, and of this name where one is given. */
export function isOf(
  { appId, name }: { readonly appId: string; readonly name: string },
  asked: { readonly appId: string; readonly name?: string },
): boolean {
  return appId === asked.appId && (asked.name === undefined || foldKey(name) === foldKey(asked.name))
}

async function profileNamed(
  store: Store,
  organizationId: string,
  { app: key, profile: name }: { readonly app: string; readonly profile: string },
): Promise<ProfileRecord | Fault> {
  const app = await store.apps.getByKey(organizationId, key)
  if (!app) return unknown('/app', 'app')
  return (await store.apps.profile(organizationId, app.id, name)) ?? unknown('/profile', 'profile')
}

function unknown(path: string, what: string): Fault {
  return {
    path,
    code: `unknown_${what}`,
    message: `There is no ${what} of this name. Make it first, or check its spelling.`,
  }
}

const unknownEnvironment = unknown('/environment', 'environment')

export function together(path: string): Fault {
  return {
    path,
    code: 'required',
    message: 'A profile is one of an app: give `app` and `profile`, or neither.',
  }
}

function notYours(path: string): Fault {
  return { path, code: 'not_yours', message: 'The key that makes this one does not reach so far.' }
}

function otherEnvironment(environment: string): Fault {
  return {
    path: '/environment',
    code: 'other_environment',
    message: `The profile belongs to the environment ${environment}. Leave this out, or name that one.`,
  }
}
