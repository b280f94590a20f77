import {
  ClientReference,
  type Fault,
  openFields,
  type ProviderApi,
  type ProviderEntry,
} from '@sallyport/contract'
import { mergePatch } from '../merge-patch.ts'
import { record } from './fields.ts'
import { valueAt } from './secrets.ts'

/** A definition made from an entry, and what its author has left out or mistaken of what the entry asks for. */
export interface MadeDefinition {
  readonly raw: unknown
  readonly faults: readonly Fault[]
}

/**
 * The whole definition that an input stands for: a copy of the entry, over which the input is merged (RFC 7396), so
 * that each of its fields can be said otherwise. It does not change when the entry does.
 */
export function definitionFrom(entry: ProviderEntry, input: unknown): MadeDefinition {
  const given = record(input)
  const shared = typeof record(given.auth).client === 'string'
  const api = chosenApi(entry, given)
  const base = {
    name: entry.name,
    ...entry.definition,
    ...(shared && { auth: besideClient(entry) }),
    ...('baseUrl' in api && { baseUrl: api.baseUrl }),
    provider: entry.id,
    providerVersion: entry.version,
  }
  const raw = mergePatch(base, given)
  const open = shared ? [] : missingFields(entry, raw)
  return { raw, faults: 'faults' in api ? [...api.faults, ...open] : open }
}

/** The same for an OAuth client, which is written flat and has no API of its own. */
export function clientFrom(entry: ProviderEntry, input: unknown): MadeDefinition {
  const given = record(input)
  const { type, ...fields } = entry.definition.auth
  if (!ClientReference.shape.type.safeParse(type).success) return { raw: input, faults: [noClient] }
  const { hosts } = entry.definition
  const api = chosenApi(entry, given)
  const base = {
    name: entry.name,
    ...(hosts && { hosts }),
    ...fields,
    provider: entry.id,
    providerVersion: entry.version,
  }
  const raw = mergePatch(base, given)
  const open = missingFields(entry, raw, (path) => path.replace(/^\/auth(?=\/)/, ''))
  return { raw, faults: 'faults' in api ? [...api.faults, ...open] : open }
}

/** What an integration says itself where the client is another record's. */
function besideClient({ definition }: ProviderEntry): Readonly<Record<string, unknown>> {
  const { type, scopes } = definition.auth as { readonly type: string; readonly scopes?: readonly string[] }
  return { type, ...(scopes && { scopes }) }
}

function missingFields(
  entry: ProviderEntry,
  raw: unknown,
  place = (path: string): string => path,
): readonly Fault[] {
  return openFields(entry)
    .filter(({ path, required }) => required && valueAt(raw, place(path)) === undefined)
    .map(({ path, label, help }) => ({
      path: place(path),
      code: 'required',
      message: `${entry.name} needs this: ${label}.${help === undefined ? '' : ` ${help}`}`,
    }))
}

/** The API that was asked for; nothing where none was. */
function chosenApi(
  { apis = [], name }: ProviderEntry,
  { api, version }: Readonly<Record<string, unknown>>,
): ProviderApi | { readonly faults: readonly Fault[] } | Record<string, never> {
  if (api === undefined && version === undefined) return {}
  const named = api === undefined ? apis : apis.filter((each) => each.api === api)
  const found = version === undefined ? named : named.filter((each) => each.version === version)
  const [first] = found
  if (first && (found.length === 1 || api !== undefined)) return first
  const isNamed = named.length > 0 && api !== undefined
  return { faults: [isNamed ? unknownVersion(named) : unknownApi(name, apis)] }
}

function unknownApi(name: string, apis: readonly ProviderApi[]): Fault {
  const choices = apis.map(({ api }) => api).join(', ')
  const message =
    choices === '' ? `${name} is one API. Remove this, and version with it.` : `Give one of: ${choices}.`
  return { path: '/api', code: 'not_a_choice', message }
}

function unknownVersion(apis: readonly ProviderApi[]): Fault {
  const choices = apis.flatMap(({ version }) => version ?? []).join(', ')
  const message = choices === '' ? 'No version of this API is known. Remove it.' : `Give one of: ${choices}.`
  return { path: '/version', code: 'not_a_choice', message }
}

const noClient: Fault = {
  path: '/provider',
  code: 'no_oauth2',
  message: 'This provider knows no OAuth 2.0 client. Choose another, or create an integration from it.',
}
