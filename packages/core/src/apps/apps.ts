import { type AppInput, type AppPatch, type AppReply, type Fault, foldKey } from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { type Deed, recorded } from '../audit/record.ts'
import { firstEnvironments } from '../environments/environments.ts'
import { invalid, keyTaken, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type {
  AdapterRecord,
  AppRecord,
  EnvironmentRecord,
  Page,
  PageRequest,
  ProfileRecord,
} from '../ports.ts'
import { type AppOwner, type AppPorts, appByKey, profileInUse, profilesSeen } from './ports.ts'
import { appView } from './view.ts'

/** What every app starts with: a profile for each environment that organizations start with. */
const firstProfiles = { development: 'dev', qa: 'qa', production: 'prod' } as const

/** Environments that the organization has lost since are made again. @throws SallyportError input_invalid, key_taken */
export async function createApp(ports: AppPorts, owner: AppOwner, input: AppInput): Promise<AppReply> {
  const { organizationId } = owner
  const now = ports.clock.now()
  const app: AppRecord = {
    organizationId,
    id: newId('app', ports),
    key: input.key,
    name: input.name,
    adapters: await adaptersOf(ports, organizationId, input.adapters),
    version: 1,
    createdAt: now,
    updatedAt: now,
  }
  const existing = await ports.store.environments.list(organizationId)
  const places = firstEnvironments.map((first, index): EnvironmentRecord => {
    const found = existing.find(({ key }) => foldKey(key) === first.key)
    return found ?? { ...first, organizationId, returnUrls: [], createdAt: now + index }
  })
  const profiles = firstEnvironments.map(
    ({ key }, index): ProfileRecord => ({
      organizationId,
      appId: app.id,
      name: firstProfiles[key],
      environment: places[index]?.key ?? key,
      settings: {},
      bindings: {},
      version: 1,
      createdAt: now + index,
      updatedAt: now + index,
    }),
  )
  const missing = places.filter(({ key }) => !existing.some((each) => each.key === key))
  const isMade = await recorded(ports.store, owner, deedOn(app, 'created', {}), (store) =>
    store.apps.create(app, profiles, missing),
  )
  if (!isMade) throw keyTaken()
  return appView(app, profiles)
}

/** @throws SallyportError not_found */
export async function readApp(ports: AppPorts, owner: AppOwner, key: string): Promise<AppReply> {
  return shown(ports, owner, await appByKey(ports, owner, key))
}

export async function listApps(ports: AppPorts, owner: AppOwner, page: PageRequest): Promise<Page<AppReply>> {
  const { items, nextCursor } = await ports.store.apps.list(owner.organizationId, page)
  const views: AppReply[] = []
  for (const app of items) views.push(await shown(ports, owner, app))
  return { items: views, nextCursor }
}

/** @throws SallyportError not_found, input_invalid, changed_meanwhile */
export async function updateApp(
  ports: AppPorts,
  owner: AppOwner,
  change: { readonly key: string; readonly patch: AppPatch },
): Promise<AppReply> {
  const { key, patch } = change
  const before = await appByKey(ports, owner, key)
  const next: AppRecord = {
    ...before,
    name: patch.name ?? before.name,
    adapters: patch.adapters
      ? await adaptersOf(ports, owner.organizationId, patch.adapters)
      : before.adapters,
    version: before.version + 1,
    updatedAt: ports.clock.now(),
  }
  const deed = deedOn(next, 'updated', fieldsOf(before))
  const isChanged = await recorded(ports.store, owner, deed, (store) => store.apps.update(next))
  if (!isChanged) throw new SallyportError('changed_meanwhile')
  ports.changed()
  return shown(ports, owner, next)
}

/** With its profiles and their bindings. @throws SallyportError not_found, profile_in_use */
export async function deleteApp(ports: AppPorts, owner: AppOwner, key: string): Promise<void> {
  const app = await appByKey(ports, owner, key)
  const deed: Deed = { action: 'app.deleted', target: { kind: 'app', id: app.id, name: app.key } }
  const isGone = await recorded(ports.store, owner, deed, (store) =>
    store.apps.delete(owner.organizationId, app.id),
  )
  if (!isGone) throw await profileInUse(ports, app)
  ports.changed()
}

/** `before` is what it was. */
function deedOn(app: AppRecord, what: 'created' | 'updated', before: Record<string, unknown>): Deed {
  const target = { kind: 'app', id: app.id, name: app.key }
  return { action: `app.${what}`, target, changes: changesBetween(before, fieldsOf(app)) }
}

function fieldsOf(app: AppRecord): Record<string, unknown> {
  const { key, name, adapters } = appView(app, [])
  return { key, name, adapters }
}

async function shown(ports: AppPorts, owner: AppOwner, app: AppRecord): Promise<AppReply> {
  return appView(app, await profilesSeen(ports, owner, app))
}

/** @throws SallyportError input_invalid with every adapter that repeats a name, or names no integration */
async function adaptersOf(
  { store }: AppPorts,
  organizationId: string,
  given: AppInput['adapters'],
): Promise<AdapterRecord[]> {
  const faults: Fault[] = []
  const adapters: AdapterRecord[] = []
  const names = new Set<string>()
  for (const [index, { name, integration, description }] of given.entries()) {
    if (names.has(foldKey(name))) faults.push(repeated(`/adapters/${index}/name`))
    names.add(foldKey(name))
    const found = await store.integrations.getByKey(organizationId, integration)
    if (!found) faults.push(unknownIntegration(`/adapters/${index}/integration`))
    else adapters.push({ name, integrationId: found.id, integration: found.key, description })
  }
  if (faults.length > 0) throw invalid('input_invalid', faults)
  return adapters
}

function repeated(path: string): Fault {
  return {
    path,
    code: 'repeated',
    message: 'Another adapter has this name; case makes no difference. Choose another.',
  }
}

function unknownIntegration(path: string): Fault {
  return {
    path,
    code: 'unknown_integration',
    message: 'There is no integration of this key. Create it first, or check its spelling.',
  }
}
