import { type AppReply, type Fault, foldKey, type ProfileReply } from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { type Deed, recorded } from '../audit/record.ts'
import { invalid, SallyportError } from '../error.ts'
import { type AppOwner, type AppPorts, appByKey, profileByName, profilesSeen } from './ports.ts'
import { type ProfilePlace, targetOf } from './profiles.ts'
import { appView, profileView } from './view.ts'

/**
 * Calls an adapter by another name. What profiles bind it to stays; code that calls it does not know the name before any
 * more.
 *
 * @throws SallyportError not_found, input_invalid, changed_meanwhile
 */
export async function renameAdapter(
  ports: AppPorts,
  owner: AppOwner,
  { key, adapter: name, to }: { readonly key: string; readonly adapter: string; readonly to: string },
): Promise<AppReply> {
  const before = await appByKey(ports, owner, key)
  const from = before.adapters.find((each) => foldKey(each.name) === foldKey(name))?.name
  if (from === undefined) throw new SallyportError('not_found')
  if (before.adapters.some((each) => each.name !== from && foldKey(each.name) === foldKey(to))) {
    throw invalid('input_invalid', [taken])
  }
  const next = {
    ...before,
    adapters: before.adapters.map((each) => (each.name === from ? { ...each, name: to } : each)),
    version: before.version + 1,
    updatedAt: ports.clock.now(),
  }
  const deed: Deed = {
    action: 'adapter.renamed',
    target: { kind: 'adapter', id: `${before.key}/${to}`, name: to },
    changes: changesBetween({ name: from }, { name: to }),
  }
  const isRenamed = await recorded(ports.store, owner, deed, (store) =>
    store.apps.renameAdapter(next, from, to),
  )
  if (!isRenamed) throw new SallyportError('changed_meanwhile')
  ports.changed()
  return appView(next, await profilesSeen(ports, owner, next))
}

/**
 * Calls a profile by another name. It stays the same profile: its bindings, settings and keys go along.
 *
 * @throws SallyportError not_found, input_invalid, changed_meanwhile
 */
export async function renameProfile(
  ports: AppPorts,
  owner: AppOwner,
  { key, profile: name, to }: ProfilePlace & { readonly to: string },
): Promise<ProfileReply> {
  const app = await appByKey(ports, owner, key)
  const before = await profileByName(ports, owner, { app, name })
  const other = await ports.store.apps.profile(owner.organizationId, app.id, to)
  // One that the caller does not see takes its name all the same.
  if (other && foldKey(other.name) !== foldKey(before.name)) throw invalid('input_invalid', [taken])
  const next = { ...before, name: to, version: before.version + 1, updatedAt: ports.clock.now() }
  const deed: Deed = {
    action: 'profile.renamed',
    target: targetOf(app, to),
    changes: changesBetween({ name: before.name }, { name: to }),
  }
  const isRenamed = await recorded(ports.store, owner, deed, (store) =>
    store.apps.renameProfile(next, before.name),
  )
  if (!isRenamed) throw new SallyportError('changed_meanwhile')
  ports.changed()
  return profileView(app, next)
}

const taken: Fault = {
  path: '/to',
  code: 'repeated',
  message: 'The app has one of this name; case makes no difference. Choose another.',
}
