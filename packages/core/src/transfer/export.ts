import { type ExportReply, exportFormat, foldKey } from '@sallyport/contract'
import { clientDefinition, type WrittenDefinition } from '../credentials/definition.ts'
import { flatPath, flattened } from '../integrations/client-shape.ts'
import { definitionOf } from '../operations/stored.ts'
import type {
  AppRecord,
  IntegrationRecord,
  OAuthClientRecord,
  Page,
  PageRequest,
  ProfileRecord,
  Store,
} from '../ports.ts'
import { type Principal, requireUnbound } from '../principal.ts'

/**
 * All that an organization has defined. The same definitions give the same document, so that it can be kept under version
 * control: in the order of keys, and without times and ids.
 *
 * @throws SallyportError scope_missing
 */
export async function exportDefinitions(
  { store }: { readonly store: Store },
  principal: Principal,
): Promise<ExportReply> {
  requireUnbound(principal)
  const { organizationId } = principal
  const [environments, clients, integrations, roles, apps, operations] = [
    await store.environments.list(organizationId),
    await allOf((page) => store.oauthClients.list(organizationId, page)),
    await allOf((page) => store.integrations.list(organizationId, page)),
    await store.roles.list(organizationId),
    await allOf((page) => store.apps.list(organizationId, page)),
    await allOf((page) => store.operations.list(organizationId, page)),
  ]
  const withProfiles: ExportReply['apps'] = []
  for (const app of byKey(apps)) {
    withProfiles.push(exportedApp(app, await store.apps.profiles(organizationId, app.id)))
  }
  return {
    format: exportFormat,
    environments: byKey(environments).map(({ key, name, returnUrls, connectPage }) => ({
      ...{ key, name },
      returnUrls: [...returnUrls],
      ...(connectPage && { connectPage }),
    })),
    clients: byKey(clients).map(exportedClient),
    integrations: byKey(integrations).map(exportedIntegration),
    roles: byKey(roles).map(({ key, name, base, without }) => ({ key, name, base, without: [...without] })),
    apps: withProfiles,
    operations: byKey(operations).map(definitionOf),
  }
}

/** As it was written, without its secrets. */
export function exportedIntegration(record: IntegrationRecord): ExportReply['integrations'][number] {
  const written = JSON.parse(record.definition) as WrittenDefinition
  return { ...written, ...secretsOf(record.secretsSet) }
}

export function exportedClient(record: OAuthClientRecord): ExportReply['clients'][number] {
  const flat = flattened(clientDefinition(record)) as { key: string }
  return { ...flat, ...secretsOf(record.secretsSet.map(flatPath)) }
}

/** Bindings are not part of it: accounts stay where they are. */
export function exportedApp(app: AppRecord, profiles: readonly ProfileRecord[]): ExportReply['apps'][number] {
  return {
    key: app.key,
    name: app.name,
    adapters: app.adapters.map(({ name, integration, description }) => ({
      ...{ name, integration },
      ...(description !== undefined && { description }),
    })),
    profiles: profiles
      .toSorted((one, other) => compared(one.name, other.name))
      .map(({ name, environment, settings }) => ({ name, environment, settings: { ...settings } })),
  }
}

function secretsOf(paths: readonly string[]): { secretsSet?: string[] } {
  return paths.length > 0 ? { secretsSet: paths.toSorted() } : {}
}

function byKey<Item extends { readonly key: string }>(items: readonly Item[]): Item[] {
  return items.toSorted((one, other) => compared(foldKey(one.key), foldKey(other.key)))
}

/** The same everywhere, whatever the language of the machine. */
function compared(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** Every page of a list. */
export async function allOf<Item>(list: (page: PageRequest) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = []
  let after: string | undefined
  do {
    const page = await list({ limit: 1000, after })
    items.push(...page.items)
    after = page.nextCursor
  } while (after !== undefined)
  return items
}
