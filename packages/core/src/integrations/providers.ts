import {
  openFields,
  type ProviderEntry,
  type ProviderReply,
  type ProviderSummary,
  type StandardOperation,
} from '@sallyport/contract'
import type { Catalogue } from '../catalogue-ports.ts'
import { checkDepth } from '../definition-depth.ts'
import { invalid, SallyportError } from '../error.ts'
import type { Page, PageRequest } from '../ports.ts'
import { together } from './check.ts'
import { record } from './fields.ts'
import type { MadeDefinition } from './from-provider.ts'

/** Where nothing is known of any provider. */
export const emptyCatalogue: Catalogue = {
  entry: async () => undefined,
  operations: async () => [],
  search: async () => ({ items: [], nextCursor: undefined }),
}

export function listProviders(
  catalogue: Catalogue,
  search: Parameters<Catalogue['search']>[0],
): Promise<Page<ProviderSummary>> {
  return catalogue.search(search)
}

/** @throws SallyportError not_found */
export async function readProvider(catalogue: Catalogue, id: string): Promise<ProviderReply> {
  const entry = await catalogue.entry(id)
  if (!entry) throw new SallyportError('not_found')
  const operations = await catalogue.operations(id)
  return {
    ...entry,
    auth: entry.definition.auth.type,
    open: openFields(entry),
    ...(operations.length > 0 && { operations: `/v1/providers/${id}/operations` }),
  }
}

/** @throws SallyportError not_found */
export async function listProviderOperations(
  catalogue: Catalogue,
  id: string,
  { limit, after }: PageRequest,
): Promise<Page<StandardOperation>> {
  if (!(await catalogue.entry(id))) throw new SallyportError('not_found')
  const known = await catalogue.operations(id)
  const start = after === undefined ? 0 : known.findIndex((operation) => operation.id === after) + 1
  const items = known.slice(start, start + limit)
  return { items, nextCursor: start + items.length < known.length ? items.at(-1)?.id : undefined }
}

/**
 * What an input stands for: itself, unless it leaves to a provider's entry what it does not say. One that names the
 * version it was copied from is whole already, as an exported definition is.
 *
 * @throws SallyportError definition_invalid where there is no such entry
 */
export async function madeFromProvider(
  catalogue: Catalogue,
  input: unknown,
  make: (entry: ProviderEntry, input: unknown) => MadeDefinition,
): Promise<MadeDefinition> {
  checkDepth(input)
  const { provider, providerVersion } = record(input)
  if (provider === undefined || providerVersion !== undefined) return { raw: input, faults: [] }
  const entry = typeof provider === 'string' ? await catalogue.entry(provider) : undefined
  if (!entry) throw invalid('definition_invalid', [unknownProvider])
  return make(entry, input)
}

/**
 * Checks what was made, and names together with its faults those of the making.
 *
 * @throws SallyportError definition_invalid with all faults
 */
export async function checkedMade<Checked>(
  { raw, faults }: MadeDefinition,
  check: (raw: unknown) => Checked | Promise<Checked>,
): Promise<Checked> {
  const checked = await Promise.resolve(raw)
    .then(check)
    .catch((error: unknown) => {
      if (!(error instanceof SallyportError) || error.code !== 'definition_invalid') throw error
      throw invalid('definition_invalid', together(faults, error.faults))
    })
  if (faults.length > 0) throw invalid('definition_invalid', faults)
  return checked
}

const unknownProvider = {
  path: '/provider',
  code: 'unknown_provider',
  message:
    'The catalogue has no entry of this id. Search it by GET /v1/providers, or write the definition out.',
}
