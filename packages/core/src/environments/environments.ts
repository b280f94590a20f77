import type {
  ConnectPage,
  EnvironmentInput,
  EnvironmentPatch,
  EnvironmentReply,
  Fault,
} from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { type Asker, type Deed, recorded } from '../audit/record.ts'
import { parseUrl } from '../destination/url.ts'
import { invalid, keyTaken, SallyportError } from '../error.ts'
import { mergePatch } from '../merge-patch.ts'
import type { Clock, EnvironmentRecord, Page, PageRequest, Store } from '../ports.ts'
import type { Principal } from '../principal.ts'

export interface EnvironmentPorts {
  readonly store: Store
  readonly clock: Clock
}

/** Whose environments; with an environment, that one alone is seen. */
export type EnvironmentOwner = Pick<Principal, 'organizationId' | 'environment'>

/** What every organization starts with; the first is the default. */
export const firstEnvironments = [
  { key: 'development', name: 'Development' },
  { key: 'qa', name: 'QA' },
  { key: 'production', name: 'Production' },
] as const

/** @throws SallyportError input_invalid, key_taken */
export async function createEnvironment(
  { store, clock }: EnvironmentPorts,
  asker: Asker,
  input: EnvironmentInput,
): Promise<EnvironmentReply> {
  const { organizationId } = asker
  checkReturnUrls(input.returnUrls)
  const { connectPage, ...rest } = input
  const record: EnvironmentRecord = {
    ...{ ...rest, organizationId, createdAt: clock.now() },
    ...(connectPage && { connectPage }),
  }
  const deed = deedOn(record, 'created', { ...input })
  if (!(await recorded(store, asker, deed, (it) => it.environments.create(record)))) throw keyTaken()
  return environmentView(record)
}

/** @throws SallyportError not_found */
export async function readEnvironment(
  ports: EnvironmentPorts,
  owner: EnvironmentOwner,
  key: string,
): Promise<EnvironmentReply> {
  const record = await environmentByKey(ports, owner.organizationId, key)
  if (owner.environment !== undefined && owner.environment !== record.key) {
    throw new SallyportError('not_found')
  }
  return environmentView(record)
}

/** Oldest first; there are few, so that all are read. */
export async function listEnvironments(
  { store }: EnvironmentPorts,
  { organizationId, environment }: EnvironmentOwner,
  { limit, after }: PageRequest,
): Promise<Page<EnvironmentReply>> {
  const all = await store.environments.list(organizationId)
  const records = all.filter(({ key }) => environment === undefined || environment === key)
  const start = records.findIndex(({ key }) => key === after) + 1
  const items = records.slice(start, start + limit)
  const nextCursor = start + limit < records.length ? items.at(-1)?.key : undefined
  return { items: items.map(environmentView), nextCursor }
}

/** @throws SallyportError not_found, input_invalid */
export async function updateEnvironment(
  ports: EnvironmentPorts,
  asker: Asker,
  key: string,
  patch: EnvironmentPatch,
): Promise<EnvironmentReply> {
  const { organizationId } = asker
  const record = await environmentByKey(ports, organizationId, key)
  checkReturnUrls(patch.returnUrls ?? [])
  const next: EnvironmentRecord = {
    ...record,
    name: patch.name ?? record.name,
    returnUrls: patch.returnUrls ?? record.returnUrls,
    ...(patch.connectPage && {
      connectPage: mergePatch(record.connectPage ?? {}, patch.connectPage) as ConnectPage,
    }),
  }
  const deed = deedOn(record, 'updated', { ...environmentView(next) })
  const isUpdated = await recorded(ports.store, asker, deed, (store) => store.environments.update(next))
  if (!isUpdated) throw new SallyportError('not_found')
  return environmentView(next)
}

/** @throws SallyportError not_found, environment_in_use */
export async function deleteEnvironment(ports: EnvironmentPorts, asker: Asker, key: string): Promise<void> {
  const { organizationId } = asker
  const record = await environmentByKey(ports, organizationId, key)
  const deed: Deed = { action: 'environment.deleted', target: targetOf(record) }
  const isGone = await recorded(ports.store, asker, deed, (store) =>
    store.environments.delete(organizationId, record.key),
  )
  if (isGone) return
  const apps = await ports.store.apps.uses(organizationId, { environment: record.key })
  throw new SallyportError('environment_in_use', apps.length > 0 ? { apps } : {})
}

function targetOf({ key, name }: EnvironmentRecord): Deed['target'] {
  return { kind: 'environment', id: key, name }
}

/** `before` is what it was; of one that is created, nothing. */
function deedOn(record: EnvironmentRecord, what: 'created' | 'updated', next: Record<string, unknown>): Deed {
  const before = what === 'created' ? {} : { ...environmentView(record) }
  return { action: `environment.${what}`, target: targetOf(record), changes: changesBetween(before, next) }
}

async function environmentByKey(
  { store }: EnvironmentPorts,
  organizationId: string,
  key: string,
): Promise<EnvironmentRecord> {
  const record = await store.environments.get(organizationId, key)
  if (!record) throw new SallyportError('not_found')
  return record
}

/** Browsers are sent there with a result, so they are compared exactly: no fragment, no room for two readings. */
function checkReturnUrls(urls: readonly string[]): void {
  const faults = urls.flatMap((text, index): Fault[] => {
    const url = text.includes('#') ? undefined : parseUrl(text)
    if (url && new URL(text).href === text) return []
    return [
      {
        path: `/returnUrls/${index}`,
        code: 'url',
        message:
          'Give an absolute http or https address as a browser would write it: with its path, without #.',
      },
    ]
  })
  if (faults.length > 0) throw invalid('input_invalid', faults)
}

function environmentView(record: EnvironmentRecord): EnvironmentReply {
  const { key, name, returnUrls, connectPage, createdAt } = record
  return {
    ...{ key, name, returnUrls: [...returnUrls] },
    ...(connectPage && { connectPage }),
    createdAt: new Date(createdAt).toISOString(),
  }
}
