import { type AccountInput, type Definition, type Fault, pointer } from '@sallyport/contract'
import { accountTlsFaults } from '../credentials/client-tls.ts'
import { definitionOf } from '../credentials/definition.ts'
import { settingsAskedFor } from '../credentials/profile-settings.ts'
import { type Target, targetWith } from '../credentials/target.ts'
import { invalid, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { AccountCreator, AccountRecord, IntegrationRecord } from '../ports.ts'
import type { AccountSight } from '../principal.ts'
import { schemeOf } from '../schemes/index.ts'
import type { Connection, Credential } from '../schemes/scheme.ts'
import { parseTemplate, placeholders } from '../template/parse.ts'
import { checkParameters } from './parameters.ts'
import type { AccountOwner, AccountPorts } from './ports.ts'
import { readSecretInput } from './secret-input.ts'

const defaultEnvironment = 'development'

/**
 * An account as its input describes it, checked whole and opened, but not stored.
 *
 * @throws SallyportError input_invalid with all faults
 */
export async function candidate(
  ports: AccountPorts,
  owner: AccountOwner,
  input: AccountInput,
  createdBy?: AccountCreator,
): Promise<Target> {
  const { organizationId } = owner
  const named = input.environment ?? owner.environment ?? defaultEnvironment
  const found = await ports.store.environments.get(organizationId, named)
  const isSeen = owner.environment === undefined || owner.environment === found?.key
  const environment = isSeen ? found : undefined
  const integration = await ports.store.integrations.getByKey(organizationId, input.integration)
  const references = [
    ...(environment ? [] : [absent('/environment', 'environment')]),
    ...(integration ? [] : [absent('/integration', 'integration')]),
    ...otherTags(owner, input),
  ]
  if (!environment || !integration || references.length > 0) throw invalid('input_invalid', references)

  const definition = definitionOf(integration)
  const { values, faults } = checkParameters(definition, input.parameters)
  const secret = readSecretInput(ports.clock, definition, input.secret)
  const credential: Credential = { ...secret.credential, parameters: values.secret }
  const tagged = { ...input, tags: { ...owner.tags, ...input.tags } }
  const account = {
    ...newAccount(ports, integration, environment.key, tagged, values.visible),
    createdBy,
  }
  return renderable(ports, account, integration, credential, [...faults, ...secret.faults])
}

/**
 * Renders every address and header of the definition with an account's values, so that a value that does not
 * fit is refused now and not at the first call (C10, C20).
 *
 * @throws SallyportError input_invalid with these faults and `found`
 */
export async function renderable(
  ports: AccountPorts,
  account: AccountRecord,
  integration: IntegrationRecord,
  credential: Credential,
  found: readonly Fault[],
): Promise<Target> {
  // Values that are missing or malformed are named already; rendering would only repeat it.
  if (found.length > 0) throw invalid('input_invalid', found)
  const target = await targetWith(ports, account, integration, credential)
  // Any settings: whether a profile has those that are asked for is seen when it is called.
  const settings = settingsAskedFor(target.definition).map((name) => [name, 'x'])
  const connection = target.connection.inProfile(Object.fromEntries(settings))
  const faults = renderingFaults(target.definition, connection)
  // What an address holds is named already.
  if (faults.length === 0) target.scheme.open?.(target.connection, target.credential)
  if (faults.length > 0) throw invalid('input_invalid', faults)
  return target
}

function renderingFaults(definition: Definition, connection: Connection): Fault[] {
  const urls = schemeOf(definition)
    .templates(definition.auth)
    .filter(({ slot, receives, afterToken }) => slot === 'url' && receives !== 'browser' && !afterToken)
    .map(({ text }) => text)
  const baseUrl = [definition.baseUrl ?? []].flat().filter((text) => !waitsForToken(text, connection))
  const texts = (values: Readonly<Record<string, string>> = {}) =>
    Object.values(values).filter((text) => connection.holds(text))
  const faultsOf = (text: string, render: () => void) => faultsIn(text, connection.values, render)
  const faults = [
    ...urls.flatMap((text) =>
      faultsOf(text, () => connection.permit(connection.renderUrl(text), { sends: 'credential' })),
    ),
    ...baseUrl.flatMap((text) =>
      faultsOf(text, () => connection.permit(connection.renderUrl(text), { sends: 'call' })),
    ),
    ...texts(definition.request?.headers).flatMap((text) =>
      faultsOf(text, () => connection.render(text, 'header')),
    ),
    ...texts(definition.request?.query).flatMap((text) =>
      faultsOf(text, () => connection.render(text, 'text')),
    ),
    ...accountTlsFaults(connection),
  ]
  return faults.filter((fault, index) => faults.findIndex(({ path }) => path === fault.path) === index)
}

/** Values are kept from a provider's replies, of which there has been none. */
function waitsForToken(text: string, { values }: Connection): boolean {
  const names = placeholders(parseTemplate(text))
  return names.some((name) => name.startsWith('kept.') && !Object.hasOwn(values, name))
}

function faultsIn(
  text: string,
  values: Readonly<Record<string, string>>,
  render: () => void,
): readonly Fault[] {
  try {
    render()
    return []
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error
    if (error.faults.length > 0) return error.faults
    const { code, message } = error
    const names = placeholders(parseTemplate(text))
    const missing = names.filter((name) => !Object.hasOwn(values, name))
    return (missing.length > 0 ? missing : names).map((name) => ({
      path: `/parameters/${name}`,
      code,
      message,
    }))
  }
}

/** An account that nothing has happened to yet. */
export function newAccount(
  ports: Pick<AccountPorts, 'clock' | 'random'>,
  integration: IntegrationRecord,
  environment: string,
  input: AccountInput,
  parameters: Readonly<Record<string, string>>,
): AccountRecord {
  const now = ports.clock.now()
  return {
    organizationId: integration.organizationId,
    environment,
    id: newId('acc', ports),
    integrationId: integration.id,
    name: input.name,
    disabled: false,
    parameters,
    tags: input.tags,
    status: 'pending',
    reason: undefined,
    reasonDetail: undefined,
    credential: undefined,
    secretsSet: [],
    generation: 0,
    issuedAt: undefined,
    expiresAt: undefined,
    renewable: false,
    scopes: [],
    kept: {},
    refreshExpiresAt: undefined,
    dueAt: undefined,
    revocation: undefined,
    connectedAt: undefined,
    exportedAt: undefined,
    differences: undefined,
    statusSince: now,
    createdBy: undefined,
    version: 1,
    lastUsedAt: undefined,
    createdAt: now,
    updatedAt: now,
  }
}

function absent(path: string, what: string): Fault {
  return {
    path,
    code: `unknown_${what}`,
    message: `There is no ${what} of this key. Create it first, or check its spelling.`,
  }
}

/** Whoever sees accounts with certain tags alone connects such accounts alone. */
export function otherTags({ tags = {} }: AccountSight, input: Pick<AccountInput, 'tags'>): Fault[] {
  return Object.entries(input.tags)
    .filter(([name, value]) => Object.hasOwn(tags, name) && tags[name] !== value)
    .map(([name]) => ({
      path: pointer(['tags', name]),
      code: 'not_yours',
      message: `Your key reaches accounts with the value ${tags[name]} of this tag alone. Give that, or leave it out.`,
    }))
}
