import type { EnvironmentInput, EnvironmentPatch, EnvironmentReply, Fault } from '@sallyport/contract'
import { parseUrl } from '../destination/url.ts'
import { invalid, keyTaken, SallyportError } from '../error.ts'
import type { Clock, EnvironmentRecord, Page, PageRequest, Store } from '../ports.ts'

export interface EnvironmentPorts {
  readonly store: Store
  readonly clock: Clock
}

/** What every organization starts with; the first is the default. */
export const firstEnvironments = [
  { key: 'development', name: 'Development' },
  { key: 'qa', name: 'QA' },
  { key: 'production', name: 'Production' },
] as const

/** @throws SallyportError input_invalid, key_taken */
export async function createEnvironment(
  { store, clock }: EnvironmentPorts,
  organizationId: string,
  input: EnvironmentInput,
): Promise<EnvironmentReply> {
  checkReturnUrls(input.returnUrls)
  const record: EnvironmentRecord = { ...input, organizationId, createdAt: clock.now() }
  if (!(await store.environments.create(record))) throw keyTaken()
  return environmentView(record)
}

/** @throws SallyportError not_found */
export async function readEnvironment(
  ports: EnvironmentPorts,
  organizationId: string,
  key: string,
): Promise<EnvironmentReply> {
  return environmentView(await environmentByKey(ports, organizationId, key))
}

/** Oldest first; there are few, so that all are read. */
export async function listEnvironments(
  { store }: EnvironmentPorts,
  organizationId: string,
  { limit, after }: PageRequest,
): Promise<Page<EnvironmentReply>> {
  const records = await store.environments.list(organizationId)
  const start = records.findIndex(({ key }) => key === after) + 1
  const items = records.slice(start, start + limit)
  const nextCursor = start + limit < records.length ? items.at(-1)?.key : undefined
  return { items: items.map(environmentView), nextCursor }
}

/** @throws SallyportError not_found, input_invalid */
export async function updateEnvironment(
  ports: EnvironmentPorts,
  organizationId: string,
  key: string,
  patch: EnvironmentPatch,
): Promise<EnvironmentReply> {
  const record = await environmentByKey(ports, organizationId, key)
  checkReturnUrls(patch.returnUrls ?? [])
  const next = {
    ...record,
    name: patch.name ?? record.name,
    returnUrls: patch.returnUrls ?? record.returnUrls,
  }
  if (!(await ports.store.environments.update(next))) throw new SallyportError('not_found')
  return environmentView(next)
}

/** @throws SallyportError not_found, environment_in_use */
export async function deleteEnvironment(
  ports: EnvironmentPorts,
  organizationId: string,
  key: string,
): Promise<void> {
  const record = await environmentByKey(ports, organizationId, key)
  if (!(await ports.store.environments.delete(organizationId, record.key)))
    throw new SallyportError('environment_in_use')
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

function environmentView({ key, name, returnUrls, createdAt }: EnvironmentRecord): EnvironmentReply {
  return { key, name, returnUrls: [...returnUrls], createdAt: new Date(createdAt).toISOString() }
}
