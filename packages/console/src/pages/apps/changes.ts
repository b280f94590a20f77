import type { AppReply, ProfileReply } from '@sallyport/contract'
import { request } from '../../api/request.ts'

/** A place of an app's matrix. */
export interface MatrixPlace {
  readonly app: string
  readonly profile: string
  readonly adapter: string
}

/** Binds an adapter in a profile to an account, or to none. The profile is read anew, so that only this changes. */
export async function bind(
  { app: key, profile, adapter }: MatrixPlace,
  account: string | undefined,
): Promise<ProfileReply> {
  const params = { key, profile }
  const { environment, settings, bindings } = await request('GET', '/v1/apps/{key}/profiles/{profile}', {
    params,
  })
  const { [adapter]: _, ...others } = bindings
  const next = account === undefined ? others : { ...others, [adapter]: account }
  const body = { environment, settings, bindings: next }
  return request('PUT', '/v1/apps/{key}/profiles/{profile}', { params, body })
}

type Adapter = AppReply['adapters'][number]

/** One adapter more. */
export async function addAdapter(key: string, adapter: Adapter): Promise<AppReply> {
  const { adapters } = await request('GET', '/v1/apps/{key}', { params: { key } })
  return request('PATCH', '/v1/apps/{key}', {
    params: { key },
    body: { adapters: [...adapters, adapter] },
  })
}

/**
 * Another name and description of an adapter, which stays bound as it is. The name comes last: until then all can be tried
 * again.
 */
export async function changeAdapter(
  key: string,
  from: string,
  { name, description }: Pick<Adapter, 'name' | 'description'>,
): Promise<AppReply> {
  const { adapters } = await request('GET', '/v1/apps/{key}', { params: { key } })
  const next = adapters.map((each) =>
    each.name === from
      ? { name: from, integration: each.integration, ...(description && { description }) }
      : each,
  )
  const changed = await request('PATCH', '/v1/apps/{key}', { params: { key }, body: { adapters: next } })
  if (name === from) return changed
  return request('POST', '/v1/apps/{key}/adapters/{adapter}/rename', {
    params: { key, adapter: from },
    body: { to: name },
  })
}

export async function removeAdapter(key: string, name: string): Promise<AppReply> {
  const { adapters } = await request('GET', '/v1/apps/{key}', { params: { key } })
  const next = adapters.filter((each) => each.name !== name)
  return request('PATCH', '/v1/apps/{key}', { params: { key }, body: { adapters: next } })
}

/** What of a profile is changed at its place. */
export interface ProfileChange {
  readonly name: string
  readonly environment: string
  readonly settings: Readonly<Record<string, string>>
}

/** Makes a profile. One that there is already stays as it is. */
export async function addProfile(key: string, { name, ...body }: ProfileChange): Promise<ProfileReply> {
  return request('PUT', '/v1/apps/{key}/profiles/{profile}', {
    params: { key, profile: name },
    body: { ...body, bindings: {} },
  })
}

/**
 * Changes a profile. In another environment it binds nothing at first: accounts are of one environment. The name comes last:
 * until then all can be tried again.
 */
export async function changeProfile(
  key: string,
  from: string,
  { name, environment, settings }: ProfileChange,
): Promise<ProfileReply> {
  const params = { key, profile: from }
  const current = await request('GET', '/v1/apps/{key}/profiles/{profile}', { params })
  const bindings = current.environment === environment ? current.bindings : {}
  const changed = await request('PUT', '/v1/apps/{key}/profiles/{profile}', {
    params,
    body: { environment, settings, bindings },
  })
  if (name === from) return changed
  return request('POST', '/v1/apps/{key}/profiles/{profile}/rename', { params, body: { to: name } })
}

/** Whether names are the same to the API. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
