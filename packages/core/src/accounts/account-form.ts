import {
  type AccountForm,
  type Definition,
  type ProviderEntry,
  type SecretField,
  schemes,
} from '@sallyport/contract'
import type { Catalogue } from '../catalogue-ports.ts'
import { definitionOf } from '../credentials/definition.ts'
import { SallyportError } from '../error.ts'
import { schemeOf } from '../schemes/index.ts'
import type { AskedSecret } from '../schemes/scheme.ts'
import { canBeTried } from './connect.ts'
import type { AccountOwner, AccountPorts } from './ports.ts'

/** What a form asks for to connect an account of an integration. @throws SallyportError not_found */
export async function accountForm(
  { store, catalogue }: Pick<AccountPorts, 'store'> & { readonly catalogue: Catalogue },
  { organizationId }: AccountOwner,
  key: string,
): Promise<AccountForm> {
  const integration = await store.integrations.getByKey(organizationId, key)
  if (!integration) throw new SallyportError('not_found')
  const definition = definitionOf(integration)
  const { provider } = definition
  return formOf(integration, definition, provider === undefined ? undefined : await catalogue.entry(provider))
}

/** The same of an integration that has been read; the entry that it was made of calls things by their names there. */
export function formOf(
  { key, name }: { readonly key: string; readonly name: string },
  definition: Definition,
  entry?: Pick<ProviderEntry, 'secret'>,
): AccountForm {
  const scheme = schemeOf(definition)
  const connects = scheme.connects(definition)
  const fields = (asked: readonly AskedSecret[] = []) => asked.map((each) => fieldOf(definition, entry, each))
  return {
    integration: key,
    name,
    connects,
    parameters: [...(definition.parameters ?? [])],
    secret: fields(scheme.asks?.(definition)),
    tokens: fields(scheme.held?.(definition)),
    canBeTried: connects === 'fetched' || (connects === 'given' && canBeTried({ definition, scheme })),
  }
}

function fieldOf(
  definition: Definition,
  entry: Pick<ProviderEntry, 'secret'> | undefined,
  { name, isRequired, isLong, isShown }: AskedSecret,
): SecretField {
  const shape: Readonly<Record<string, { meta(): Readonly<Record<string, unknown>> | undefined }>> =
    schemes[definition.auth.type].secret.shape
  const { title = name, description } = shape[name]?.meta() ?? {}
  const known = entry?.secret?.[name]
  const help = known?.help ?? description
  return {
    name,
    label: known?.label ?? String(title),
    ...(typeof help === 'string' && { help }),
    required: isRequired === true,
    multiline: isLong === true,
    shown: isShown === true,
  }
}
