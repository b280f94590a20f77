import {
  type OperationReply,
  OperationsFromProvider,
  type OperationsMade,
  type ProviderEntry,
  type StandardOperation,
} from '@sallyport/contract'
import type { Catalogue } from '../catalogue-ports.ts'
import { checkDepth } from '../definition-depth.ts'
import { invalid, SallyportError } from '../error.ts'
import { mergePatch } from '../merge-patch.ts'
import { parsed } from './run.ts'

/**
 * What an input stands for: itself, unless it names one of the operations that the catalogue knows of a provider. Then
 * it is a copy of that, over which the input is merged (RFC 7396).
 *
 * @throws SallyportError definition_invalid where there is no such entry or operation
 */
export async function madeFromProvider(catalogue: Catalogue, input: unknown): Promise<unknown> {
  checkDepth(input)
  const { provider, operation: id, ...given } = Object(input) as Readonly<Record<string, unknown>>
  if (id === undefined) return input
  const entry = typeof provider === 'string' ? await catalogue.entry(provider) : undefined
  if (!entry) throw invalid('definition_invalid', [unknownProvider])
  const known = await catalogue.operations(entry.id)
  const operation = known.find((each) => each.id === id)
  if (!operation) throw invalid('definition_invalid', [unknownOperation('/operation', entry, known)])
  return mergePatch(copyOf(entry, operation), given)
}

/**
 * Makes several operations of a provider, or all that are known. Those whose keys are taken stay as they are.
 *
 * @throws SallyportError not_found, definition_invalid
 */
export async function makeFromProvider(
  catalogue: Catalogue,
  { provider, body }: { readonly provider: string; readonly body: unknown },
  create: (definition: unknown) => Promise<OperationReply>,
): Promise<OperationsMade> {
  const entry = await catalogue.entry(provider)
  if (!entry) throw new SallyportError('not_found')
  const { operations: ids, ...shared } = parsed(OperationsFromProvider, body ?? {})
  const known = await catalogue.operations(provider)
  const faults = (ids ?? []).flatMap((id, index) =>
    known.some((each) => each.id === id) ? [] : [unknownOperation(`/operations/${index}`, entry, known)],
  )
  if (faults.length > 0) throw invalid('definition_invalid', faults)
  const chosen = known.filter(({ id }) => ids === undefined || ids.includes(id))
  const items: OperationReply[] = []
  const skipped: string[] = []
  for (const operation of chosen) {
    const definition = { ...copyOf(entry, operation), ...shared }
    try {
      items.push(await create(definition))
    } catch (error) {
      if (!(error instanceof SallyportError) || error.code !== 'key_taken') throw error
      skipped.push(definition.key)
    }
  }
  return { items, skipped }
}

/** What an operation of the catalogue is where it is somebody's own. */
function copyOf(entry: ProviderEntry, operation: StandardOperation) {
  const { id, providers, evidence, example, ...definition } = operation
  return { key: keyOf(entry.family, id), ...definition, provider: entry.id }
}

/** As `genesysCloudListUsers`. */
function keyOf(family: string, id: string): string {
  return `${family}-${id}`.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

const unknownProvider = {
  path: '/provider',
  code: 'unknown_provider',
  message:
    'The catalogue has no entry of this id. Search it by GET /v1/providers, or write the operation out.',
}

function unknownOperation(path: string, { id }: ProviderEntry, known: readonly StandardOperation[]) {
  const message =
    known.length === 0
      ? `The catalogue knows no operations of ${id}. Write the operation out.`
      : `The catalogue knows no operation of this id for ${id}. It knows ${known.map((each) => each.id).join(', ')}.`
  return { path, code: 'unknown_operation', message }
}
