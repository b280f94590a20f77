import { setImmediate as nextTurn } from 'node:timers/promises'
import { foldKey, type OperationImportLine, type OperationImportReply } from '@sallyport/contract'
import { recorded } from '../../audit/record.ts'
import { invalid, SallyportError } from '../../error.ts'
import { checkDefinition } from '../../integrations/check.ts'
import { createIntegration, type IntegrationPorts } from '../../integrations/integrations.ts'
import type { ImportOptions, WrittenOperation } from '../../openapi/import-body.ts'
import type { ImportSummary } from '../../openapi/import-document.ts'
import { importInThread } from '../../openapi/import-thread.ts'
import type { Store } from '../../ports.ts'
import { type Principal, requireScope } from '../../principal.ts'
import { adaptersOf } from '../check.ts'
import { type PlannedOperation, plannedOperations } from './plan.ts'
import type { ImportTurns } from './turns.ts'

export interface OperationImportPorts extends IntegrationPorts {
  readonly importTurns: ImportTurns
}

/** A body as it came, and until when anybody waits for what comes of it. */
export interface AskedImport {
  readonly body: Uint8Array
  readonly left: AbortSignal
}

/**
 * Makes the operations of a document, and the integration that they call by where there is none of its key: all of it,
 * or nothing. Says on the way how far it is; the last line has the result.
 *
 * @throws SallyportError malformed_json, input_invalid, scope_missing, key_taken, limit_reached, changed_meanwhile
 */
export async function* importOperations(
  ports: OperationImportPorts,
  principal: Principal,
  { body, left }: AskedImport,
): AsyncGenerator<OperationImportLine> {
  const endTurn = ports.importTurns.take(principal.organizationId)
  try {
    const written: WrittenOperation[] = []
    let begun: { readonly options: ImportOptions; readonly total: number } | undefined
    for await (const message of importInThread(body, { signal: left })) {
      if (message.kind === 'begun') begun = message
      else if (message.kind === 'operations') written.push(...message.operations)
      else if (begun) {
        yield {
          result: await made(ports, principal, { options: begun.options, written, summary: message.summary }),
        }
      }
      const done = message.kind === 'operations' ? message.done : 0
      if (begun && message.kind !== 'done') yield { done, total: begun.total }
    }
  } finally {
    endTurn()
  }
}

interface Import {
  readonly options: ImportOptions
  readonly written: readonly WrittenOperation[]
  readonly summary: ImportSummary
}

async function made(
  ports: OperationImportPorts,
  principal: Principal,
  asked: Import,
): Promise<OperationImportReply> {
  const { options, written, summary } = asked
  if (options.adapter !== undefined) await requireAdapter(ports.store, principal, options.adapter)
  const integration = await plannedIntegration(ports, principal, options, summary)
  const operations = await plannedOperations(ports, principal, written, options)
  if (!options.dryRun) {
    await storeAll(ports, principal, { integration, operations, title: summary.title })
    ports.changed()
  }
  const { title, version, specification, described, skipped, skippedMore } = summary
  return {
    dryRun: options.dryRun,
    document: { title, version, specification, operations: described },
    integration: integration.shown,
    operations: operations.map(({ shown }) => shown),
    skipped: [...skipped],
    skippedMore,
  }
}

/** @throws SallyportError input_invalid */
async function requireAdapter(store: Store, { organizationId }: Principal, adapter: string): Promise<void> {
  if ((await adaptersOf(store, organizationId)).has(foldKey(adapter))) return
  const message = 'There is no adapter of this name in any app. Create it first, or check its spelling.'
  throw invalid('input_invalid', [{ path: '/adapter', code: 'unknown_adapter', message }])
}

interface PlannedIntegration {
  readonly shown: NonNullable<OperationImportReply['integration']>
  /** What is to be made; undefined where there is one, or none was asked for. */
  readonly definition: Record<string, unknown> | undefined
}

/** @throws SallyportError input_invalid, scope_missing */
async function plannedIntegration(
  ports: OperationImportPorts,
  principal: Principal,
  { integration: key }: ImportOptions,
  { integration: draft }: ImportSummary,
): Promise<PlannedIntegration> {
  const definition = draft as NonNullable<PlannedIntegration['shown']['definition']>
  if (key === undefined) return { shown: { outcome: 'draft', definition }, definition: undefined }
  const existing = await ports.store.integrations.getByKey(principal.organizationId, key)
  if (existing) return { shown: { key: existing.key, outcome: 'existing' }, definition: undefined }
  requireScope(principal, 'integrations:write')
  const whole = { key, ...draft }
  try {
    checkDefinition(ports.policy, whole)
  } catch (error) {
    if (!(error instanceof SallyportError) || error.faults.length === 0) throw error
    const why =
      'What the document says of it makes no integration. Create one yourself, then import with its key.'
    const faults = error.faults.map(({ path, code, message }) => ({
      path: `/integration${path}`,
      code,
      message: `${message} ${why}`,
    }))
    throw invalid('input_invalid', faults)
  }
  return { shown: { key, outcome: 'created', definition }, definition: whole }
}

/** How many are written before other work gets its turn. */
const perTurn = 50

interface Stored {
  readonly integration: PlannedIntegration
  readonly operations: readonly PlannedOperation[]
  readonly title: string
}

/** In one transaction, with one entry in the audit. @throws SallyportError changed_meanwhile */
async function storeAll(
  ports: OperationImportPorts,
  principal: Principal,
  { integration, operations, title }: Stored,
): Promise<void> {
  const { organizationId } = principal
  // Within the transaction nobody may wait for the store by any other way.
  const vault = await ports.vault.holding(organizationId)
  const run = async (store: Store) => {
    if (integration.definition) {
      const within = { ...ports, vault, store, changed: () => undefined }
      await createIntegration(within, principal, integration.definition)
    }
    let count = 0
    for (const { record, isNew } of operations) {
      if (!record) continue
      const isDone = isNew ? await store.operations.create(record) : await store.operations.update(record)
      if (!isDone) throw new SallyportError('changed_meanwhile')
      count += 1
      if (count % perTurn === 0) await nextTurn()
    }
  }
  const counts = { created: 0, replaced: 0, kept: 0 }
  for (const { shown } of operations) counts[shown.outcome] += 1
  const changes = Object.entries({ document: title, ...counts }).map(([field, after]) => ({
    field: `/${field}`,
    after,
  }))
  const id = integration.shown.key ?? organizationId
  const target = { kind: 'operations', id, name: integration.shown.key }
  await recorded(ports.store, principal, { action: 'operations.imported', target, changes }, run)
}
