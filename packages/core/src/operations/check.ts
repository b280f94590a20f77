import { type Fault, faultsOf, foldKey, OperationInput, UnsavedOperation } from '@sallyport/contract'
import { checkDepth } from '../definition-depth.ts'
import { invalid } from '../error.ts'
import type { Store } from '../ports.ts'
import { expressionFaults } from './check-expressions.ts'
import { placeholderFaults } from './check-placeholders.ts'
import { stepFaults } from './check-steps.ts'
import { type Fields, fieldsOf } from './fields.ts'
import type { Sandbox } from './steps/sandbox/sandbox.ts'
import { schemaFault } from './steps/validate.ts'

export interface CheckPorts {
  readonly store: Store
  /** Undefined within a transaction, which waits for nothing else: what `evaluatedFaults` finds was looked for before. */
  readonly sandbox: Sandbox | undefined
}

/**
 * An operation that holds. What the schema rejects is looked into as well, as far as it is well-formed, so that every
 * fault is named at once. `stays` is the key of the one that it changes.
 *
 * @throws SallyportError definition_invalid with all faults
 */
export async function checkedOperation(
  ports: CheckPorts,
  organizationId: string,
  raw: unknown,
  stays?: string,
): Promise<OperationInput> {
  checkDepth(raw)
  const shape = OperationInput.safeParse(raw)
  const fields = fieldsOf(raw)
  const faults = [
    ...(shape.success ? [] : faultsOf(shape.error)),
    ...keyFaults(fields, stays),
    ...(await contentFaults(ports, organizationId, raw)),
  ]
  if (!shape.success || faults.length > 0) throw invalid('definition_invalid', faults)
  return shape.data
}

/**
 * One that is run and not saved, which stands at `at` in what was sent. It has no key: none that is saved is taken for it.
 *
 * @throws SallyportError definition_invalid with all faults
 */
export async function checkedUnsaved(
  ports: CheckPorts,
  organizationId: string,
  { raw, at }: { readonly raw: unknown; readonly at: string },
): Promise<OperationInput> {
  checkDepth(raw)
  const shape = UnsavedOperation.safeParse(raw)
  const faults = [
    ...(shape.success ? [] : faultsOf(shape.error)),
    ...(await contentFaults(ports, organizationId, raw)),
  ]
  if (shape.success && faults.length === 0) return { ...shape.data, key: '', name: shape.data.name ?? '' }
  throw invalid(
    'definition_invalid',
    faults.map((fault) => ({ ...fault, path: `${at}${fault.path}` })),
  )
}

/** What is wrong in an operation, whoever calls it what. */
async function contentFaults(
  { store, sandbox }: CheckPorts,
  organizationId: string,
  raw: unknown,
): Promise<Fault[]> {
  const fields = fieldsOf(raw)
  return [
    ...stepFaults(fields),
    ...placeholderFaults(fields),
    ...(await referenceFaults(store, organizationId, fields)),
    ...(sandbox ? await evaluatedFaults(sandbox, organizationId, raw) : []),
  ]
}

/** Expressions and schemas of an operation that cannot be read. @throws SallyportError definition_invalid, where it is too deep */
export async function evaluatedFaults(
  sandbox: Sandbox,
  organizationId: string,
  raw: unknown,
): Promise<Fault[]> {
  checkDepth(raw)
  const fields = fieldsOf(raw)
  return [
    ...(await expressionFaults({ sandbox }, organizationId, fields)),
    ...(await schemaFaults({ sandbox }, organizationId, fields)),
  ]
}

function keyFaults({ raw }: Fields, stays: string | undefined): Fault[] {
  if (stays === undefined || raw.key === undefined || raw.key === stays) return []
  return [{ path: '/key', code: 'key_fixed', message: 'A key never changes. Leave it out.' }]
}

/** Adapters and integrations that nobody has, operations that are not there, and such as run themselves. */
async function referenceFaults(store: Store, organizationId: string, fields: Fields): Promise<Fault[]> {
  const faults: Fault[] = []
  const { integration, adapter, key } = fields.raw
  if (typeof integration === 'string') {
    const found = await store.integrations.getByKey(organizationId, integration)
    if (!found) faults.push(unknown('/integration', 'integration'))
  }
  const adapters = [
    ...(typeof adapter === 'string' ? [{ path: '/adapter', name: adapter }] : []),
    ...fields.steps.flatMap(({ path, step }) =>
      'adapter' in step && step.adapter !== undefined
        ? [{ path: `${path}/adapter`, name: step.adapter }]
        : [],
    ),
  ]
  if (adapters.length > 0) {
    const known = await adaptersOf(store, organizationId)
    for (const { path, name } of adapters) {
      if (!known.has(foldKey(name))) faults.push(unknown(path, 'adapter of an app'))
    }
  }
  for (const { path, step } of fields.steps) {
    if (step.kind !== 'run') continue
    if (typeof key === 'string' && foldKey(step.operation) === foldKey(key)) {
      const message = 'An operation cannot run itself. Run another.'
      faults.push({ path: `${path}/operation`, code: 'runs_itself', message })
    } else if (!(await store.operations.getByKey(organizationId, step.operation))) {
      faults.push(unknown(`${path}/operation`, 'operation'))
    }
  }
  return faults
}

/** Names of the adapters of all apps, folded. */
export async function adaptersOf(store: Store, organizationId: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  let after: string | undefined
  do {
    const { items, nextCursor } = await store.apps.list(organizationId, { limit: 1000, after })
    for (const { adapters } of items) for (const { name } of adapters) names.add(foldKey(name))
    after = nextCursor
  } while (after !== undefined)
  return names
}

function unknown(path: string, what: string): Fault {
  const code = `unknown_${what.split(' ', 1)[0]}`
  return { path, code, message: `There is no ${what} of this name. Create it first, or check its spelling.` }
}

async function schemaFaults(
  { sandbox }: { readonly sandbox: Sandbox },
  organizationId: string,
  { raw, steps }: Fields,
): Promise<Fault[]> {
  const schemas = [
    { path: '/input', schema: raw.input },
    { path: '/outputSchema', schema: raw.outputSchema },
    ...steps.flatMap(({ path, step }) =>
      step.kind === 'validate' && step.schema !== undefined
        ? [{ path: `${path}/schema`, schema: step.schema }]
        : [],
    ),
  ]
  const faults: Fault[] = []
  for (const { path, schema } of schemas) {
    if (typeof schema !== 'object' || schema === null) continue
    const why = await schemaFault(schema, { sandbox, organizationId })
    if (why !== undefined) faults.push({ path, code: 'schema_invalid', message: why })
  }
  return faults
}
