import {
  type Fault,
  foldKey,
  type ImportInput,
  type ImportReply,
  type SealedContent,
} from '@sallyport/contract'
import type { AppPorts } from '../apps/ports.ts'
import { openDefinitionSecrets } from '../credentials/definition-secrets.ts'
import { invalid, SallyportError } from '../error.ts'
import type { IntegrationPorts } from '../integrations/integrations.ts'
import { evaluatedFaults } from '../operations/check.ts'
import type { OperationsPorts } from '../operations/operations.ts'
import type { PeoplePorts } from '../people/roles.ts'
import type { Store } from '../ports.ts'
import { type Principal, requireScope, requireUnbound } from '../principal.ts'
import { importAccount } from './import-account.ts'
import {
  type Imported,
  importApp,
  importClient,
  importEnvironment,
  importIntegration,
  importOperation,
  importRole,
} from './import-parts.ts'
import { inOrderOfRuns } from './order-of-runs.ts'
import { putAt } from './put-at.ts'
import { identitiesOf } from './recipients.ts'
import { openSealed } from './sealed.ts'

export type ImportPorts = IntegrationPorts & AppPorts & PeoplePorts & OperationsPorts

/** What ends the transaction without leaving anything of it. */
class Undone extends Error {
  readonly imported: readonly Imported[]
  readonly faults: readonly Fault[]

  constructor(imported: readonly Imported[], faults: readonly Fault[]) {
    super('undone')
    this.imported = imported
    this.faults = faults
  }
}

/**
 * Takes over a document, in one transaction: all of it, or nothing where anything is wrong with it. What it does not name
 * stays.
 *
 * @throws SallyportError input_invalid with all faults, scope_missing, changed_meanwhile
 */
export async function importDefinitions(
  ports: ImportPorts,
  principal: Principal,
  { dryRun, sealed, ...plain }: ImportInput,
): Promise<ImportReply> {
  requireUnbound(principal)
  const { organizationId } = principal
  const content =
    sealed === undefined ? nothing : await openSealed(sealed, await identitiesOf(ports, organizationId))
  const document = withSecrets(plain, content)
  requireScopes(principal, document)
  await openKeys(ports, organizationId, document)
  const unreadable = await unreadableOperations(ports, organizationId, document)
  // Within the transaction nobody may wait for the store by any other way.
  const vault = await ports.vault.holding(organizationId)
  const run = async (store: Store) => {
    const within = { ...ports, vault, store, sandbox: undefined, changed: () => undefined }
    const { imported, faults: found } = await importAll(within, principal, document)
    const faults = [...found, ...unreadable]
    if (dryRun || faults.length > 0) throw new Undone(imported, faults)
    return imported
  }
  try {
    const imported = await ports.store.recorded(organizationId, run, () => undefined)
    ports.changed()
    return replyOf(imported, dryRun)
  } catch (error) {
    if (!(error instanceof Undone)) throw error
    if (error.faults.length > 0) throw invalid('input_invalid', error.faults)
    return replyOf(error.imported, dryRun)
  }
}

const nothing: SealedContent = { clients: [], integrations: [], accounts: [] }

type Document = Omit<ImportInput, 'dryRun' | 'sealed' | 'accounts'> & Pick<SealedContent, 'accounts'>

/** Puts sealed secrets where they stood. What nobody defines here has no place for its secrets. */
function withSecrets(
  { accounts: _, ...document }: Omit<ImportInput, 'dryRun' | 'sealed'>,
  { clients, integrations, accounts }: SealedContent,
): Document {
  const filled = <Part extends { readonly key: string }>(
    parts: readonly Part[],
    sealed: SealedContent['clients'],
  ): Part[] =>
    parts.map((part) => {
      const { secrets = {} } = sealed.find(({ key }) => foldKey(key) === foldKey(part.key)) ?? {}
      return putAt(part, secrets)
    })
  return {
    ...document,
    clients: filled(document.clients, clients),
    integrations: filled(document.integrations, integrations),
    accounts,
  }
}

/** Whoever takes something over may do what makes it. */
function requireScopes(principal: Principal, document: Document): void {
  if (document.integrations.length > 0) requireScope(principal, 'integrations:write')
  if (document.clients.length > 0) requireScope(principal, 'clients:write')
  if (document.apps.length > 0) requireScope(principal, 'apps:write')
  if (document.operations.length > 0) requireScope(principal, 'operations:write')
  if (document.accounts.length > 0) requireScope(principal, 'accounts:write')
}

/** Has the keys at hand that what is there already was sealed with. */
async function openKeys(
  { store, vault }: ImportPorts,
  organizationId: string,
  { integrations, clients }: Document,
): Promise<void> {
  for (const { key } of integrations) {
    const found = await store.integrations.getByKey(organizationId, key)
    if (found) await openDefinitionSecrets(vault, found)
  }
  for (const { key } of clients) {
    const found = await store.oauthClients.getByKey(organizationId, key)
    if (found) await openDefinitionSecrets(vault, found, 'oauth_client')
  }
}

/** In the order in which parts refer to each other. */
async function importAll(
  ports: ImportPorts,
  principal: Principal,
  { environments, clients, integrations, roles, apps, operations, accounts }: Document,
): Promise<{ readonly imported: readonly Imported[]; readonly faults: readonly Fault[] }> {
  const imported: Imported[] = []
  const faults: Fault[] = []
  const each = async <Item>(
    part: string,
    items: readonly Item[],
    take: (item: Item) => Promise<readonly Imported[]>,
    order: Iterable<readonly [number, Item]> = items.entries(),
  ) => {
    for (const [index, item] of order) {
      const path = `/${part}/${index}`
      try {
        const found = await take(item)
        imported.push(
          ...found.map((one) => ({ ...one, missing: one.missing.map((secret) => `${path}${secret}`) })),
        )
      } catch (error) {
        faults.push(...faultsAt(path, error))
      }
    }
  }
  await each('environments', environments, (item) => importEnvironment(ports, principal, item))
  await each('clients', clients, (item) => importClient(ports, principal, item))
  await each('integrations', integrations, (item) => importIntegration(ports, principal, item))
  await each('roles', roles, (item) => importRole(ports, principal, item))
  await each('apps', apps, (item) => importApp(ports, principal, item))
  const operation = (item: Document['operations'][number]) => importOperation(ports, principal, item)
  await each('operations', operations, operation, inOrderOfRuns(operations))
  await each('sealed/accounts', accounts, (item) => importAccount(ports, principal, item))
  return { imported, faults }
}

/** What cannot be read of operations, looked for before the transaction, which waits for nothing but statements. */
async function unreadableOperations(
  { sandbox }: ImportPorts,
  organizationId: string,
  { operations }: Document,
): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const [index, operation] of operations.entries()) {
    if (!sandbox) break
    const found = await evaluatedFaults(sandbox, organizationId, operation)
    faults.push(...found.map((fault) => ({ ...fault, path: `/operations/${index}${fault.path}` })))
  }
  return faults
}

/** What is wrong with one part, where it stands in the document. */
function faultsAt(path: string, error: unknown): readonly Fault[] {
  if (!(error instanceof SallyportError) || error.status >= 500) throw error
  if (error.faults.length === 0) return [{ path, code: error.code, message: error.message }]
  return error.faults.map((fault) => ({ ...fault, path: `${path}${fault.path}` }))
}

function replyOf(imported: readonly Imported[], dryRun: boolean): ImportReply {
  const countOf = (outcome: Imported['outcome']) => imported.filter((one) => one.outcome === outcome).length
  return {
    dryRun,
    created: countOf('created'),
    updated: countOf('updated'),
    unchanged: countOf('unchanged'),
    items: imported.map(({ missing: _, ...item }) => item),
    secretsMissing: imported.flatMap(({ missing }) => missing),
  }
}
