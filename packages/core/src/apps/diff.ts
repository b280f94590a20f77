import type { ProfileDiffReply } from '@sallyport/contract'
import { invalid } from '../error.ts'
import type { ProfileRecord } from '../ports.ts'
import { sees } from '../principal.ts'
import { type AppOwner, type AppPorts, appByKey, isSeen, profileByName } from './ports.ts'
import type { ProfilePlace } from './profiles.ts'

type Adapter = ProfileDiffReply['adapters'][number]

/** @throws SallyportError not_found, input_invalid */
export async function diffProfiles(
  ports: AppPorts,
  owner: AppOwner,
  place: ProfilePlace & { readonly with: string },
): Promise<ProfileDiffReply> {
  const app = await appByKey(ports, owner, place.key)
  const from = await profileByName(ports, owner, { app, name: place.profile })
  const other = await ports.store.apps.profile(owner.organizationId, app.id, place.with)
  if (!other || !isSeen(owner, other)) {
    const message = 'The app has no profile of this name. Check its spelling.'
    throw invalid('input_invalid', [{ path: '/with', code: 'unknown_profile', message }])
  }
  const adapters: Adapter[] = []
  for (const { name, integration } of app.adapters) {
    const [left, right] = [own(from.bindings, name), own(other.bindings, name)]
    const one = await boundAccount(ports, owner, left)
    const two = await boundAccount(ports, owner, right)
    const state = stateOf(left, right)
    adapters.push({ name, integration, state, ...(one && { from: one }), ...(two && { with: two }) })
  }
  return { from: named(from), with: named(other), adapters, settings: differing(from, other) }
}

function stateOf(from: string | undefined, other: string | undefined): Adapter['state'] {
  if (from === undefined) return other === undefined ? 'unbound' : 'only_with'
  if (other === undefined) return 'only_from'
  return from === other ? 'same' : 'other_account'
}

function named({ name, environment }: ProfileRecord) {
  return { profile: name, environment }
}

/** Of an account that the caller does not see, the id alone, which the profile shows anyway. */
async function boundAccount({ store }: AppPorts, owner: AppOwner, id: string | undefined) {
  if (id === undefined) return undefined
  const account = await store.accounts.get(owner.organizationId, id)
  return { id, name: account && sees(owner, account) ? account.name : '' }
}

function differing({ settings: from }: ProfileRecord, { settings: other }: ProfileRecord) {
  const names = [...new Set([...Object.keys(from), ...Object.keys(other)])].sort()
  return names.flatMap((name) => {
    const [left, right] = [own(from, name), own(other, name)]
    if (left === right) return []
    return [{ name, ...(left !== undefined && { from: left }), ...(right !== undefined && { with: right }) }]
  })
}

/** Names are the user's own, and may be those of what every object has. */
function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}
