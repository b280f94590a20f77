import { type AccountForm, type Definition, type SecretField, schemes } from '@sallyport/contract'
import { definitionOf } from '../credentials/definition.ts'
import { SallyportError } from '../error.ts'
import { schemeOf } from '../schemes/index.ts'
import { canBeTried } from './connect.ts'
import type { AccountOwner, AccountPorts } from './ports.ts'

/** What a form asks for to connect an account of an integration. @throws SallyportError not_found */
export async function accountForm(
  { store }: Pick<AccountPorts, 'store'>,
  { organizationId }: AccountOwner,
  key: string,
): Promise<AccountForm> {
  const integration = await store.integrations.getByKey(organizationId, key)
  if (!integration) throw new SallyportError('not_found')
  return formOf(integration, definitionOf(integration))
}

/** The same of an integration that has been read. */
export function formOf(
  { key, name }: { readonly key: string; readonly name: string },
  definition: Definition,
): AccountForm {
  const scheme = schemeOf(definition)
  const { asked, held = [] } = scheme.secretFields(definition)
  const connects = scheme.connects(definition)
  return {
    integration: key,
    name,
    connects,
    parameters: [...(definition.parameters ?? [])],
    secret: fields(definition, asked),
    tokens: fields(definition, held),
    canBeTried: connects === 'fetched' || (connects === 'given' && canBeTried({ definition, scheme })),
  }
}

function fields(definition: Definition, names: readonly string[]): SecretField[] {
  const shape: Readonly<Record<string, { meta(): Readonly<Record<string, unknown>> | undefined }>> =
    schemes[definition.auth.type].secret.shape
  const missing = new Set(
    schemeOf(definition)
      .secretFaults(definition, {})
      .map(({ path }) => path),
  )
  return names.map((name) => {
    const { title = name, description, multiline = false } = shape[name]?.meta() ?? {}
    return {
      name,
      label: String(title),
      ...(typeof description === 'string' && { help: description }),
      required: missing.has(`/secret/${name}`),
      multiline: multiline === true,
    }
  })
}
