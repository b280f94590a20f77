import {
  ClientReference,
  type Definition,
  type Fault,
  faultsOf,
  OAuthClientInput,
  oauth2,
  ReferringIntegrationInput,
} from '@sallyport/contract'
import type { ConnectionPolicy } from '../credentials/connection.ts'
import type { WrittenDefinition } from '../credentials/definition.ts'
import { checkDepth } from '../definition-depth.ts'
import { invalid } from '../error.ts'
import { fieldFaults, schemeFaults, together } from './check.ts'
import { parameterFaults } from './check-parameters.ts'
import { templateFaults } from './check-templates.ts'
import { urlFaults } from './check-urls.ts'
import { flatPath, nested } from './client-shape.ts'
import {
  type Fields,
  fieldsBesideClient,
  fieldsOf,
  fieldsOfClient,
  isAddedToClient,
  record,
} from './fields.ts'

/** An OAuth client that an integration refers to, and by which key; its definition with its secrets. */
export interface ReferredClient {
  readonly key: string
  readonly definition: Definition
}

/**
 * Checks an integration that leaves its client to another record, together with what the client asks of its
 * parameters. Without a client there is none of the key that it names.
 *
 * @throws SallyportError definition_invalid with all faults
 */
export function checkReferring(
  policy: ConnectionPolicy,
  raw: unknown,
  client: ReferredClient | undefined,
): WrittenDefinition {
  checkDepth(raw)
  const shape = ReferringIntegrationInput.safeParse(raw)
  const misshapen = shape.success ? [] : faultsOf(shape.error).map(ofClient)
  const found = client ? faultsTogether(policy, raw, client) : parameterFaults(fieldsOf(raw))
  const faults = together(misshapen, client ? found : [...found, unknownClient])
  if (!shape.success || faults.length > 0) throw invalid('definition_invalid', faults)
  return shape.data
}

/**
 * Checks an OAuth client, and all that the integrations which refer to it make of it.
 *
 * @throws SallyportError definition_invalid with all faults; those of an integration name it
 */
export function checkClient(
  policy: ConnectionPolicy,
  raw: unknown,
  usedBy: readonly WrittenDefinition[],
): Definition {
  checkDepth(raw)
  const shape = OAuthClientInput.safeParse(raw)
  const fields: Fields = { ...fieldsOf(nested(raw)), namesUnknown: true }
  const misshapen = shape.success ? [] : faultsOf(shape.error)
  const alone = [...fieldFaults(policy, fields), ...schemeFaults(policy, fields)].map(flat)
  const whole = nested(raw) as Definition
  const used = shape.success
    ? usedBy.flatMap((integration) => faultsFor(policy, integration, whole, alone))
    : []
  const faults = together(misshapen, [...alone, ...used])
  if (!shape.success || faults.length > 0) throw invalid('definition_invalid', faults)
  return nested(shape.data) as Definition
}

/** What is wrong with an integration beside its client, in its own words. */
function faultsBeside(policy: ConnectionPolicy, raw: unknown, client: Definition): Fault[] {
  const fields = fieldsBesideClient(raw, client)
  return [
    ...fieldFaults(policy, fields),
    ...schemeFaults(policy, fields).filter(({ path }) => isAddedToClient(path)),
  ]
}

/** What is wrong with a client, given the parameters of an integration (C20). */
function faultsWithin(policy: ConnectionPolicy, raw: unknown, client: Definition): Fault[] {
  const fields = fieldsOfClient(client, raw)
  return [...templateFaults(fields), ...urlFaults(policy, fields)]
}

/** As the integration's author is told: all that the client asks stands where it is referred to. */
function faultsTogether(
  policy: ConnectionPolicy,
  raw: unknown,
  { key, definition }: ReferredClient,
): Fault[] {
  const within = faultsWithin(policy, raw, definition).map((fault) => {
    if (fault.path.startsWith('/parameters/')) return fault
    const { path, code, message } = flat(fault)
    return { path: '/auth/client', code, message: `OAuth client ${key}, ${path}: ${message}` }
  })
  return [...faultsBeside(policy, raw, definition), ...within]
}

/** As the client's author is told, less what is wrong with the client whoever uses it. */
function faultsFor(
  policy: ConnectionPolicy,
  integration: WrittenDefinition,
  client: Definition,
  alone: readonly Fault[],
): Fault[] {
  const said = new Set(alone.map(({ path, code }) => `${path} ${code}`))
  const within = faultsWithin(policy, integration, client)
    .map((fault) => (fault.path.startsWith('/parameters/') ? pathInMessage(fault) : flat(fault)))
    .filter(({ path, code }) => !said.has(`${path} ${code}`))
  const beside = faultsBeside(policy, integration, client).map(pathInMessage)
  return [...within, ...beside].map((fault) => ({
    ...fault,
    message: `Integration ${integration.key}: ${fault.message}`,
  }))
}

function pathInMessage({ path, code, message }: Fault): Fault {
  return { path: '', code, message: `${path}: ${message}` }
}

/** As the client is written, whose fields stand beside its key. */
function flat({ path, code, message }: Fault): Fault {
  return { path: flatPath(path), code, message: message.replaceAll('/auth/', '/') }
}

/** What the client says already has another sentence than what nothing says. */
function ofClient(fault: Fault): Fault {
  const [, first, name = ''] = fault.path.split('/')
  const isClients = first === 'auth' && fault.code === 'unknown_field' && name in oauth2.definition.shape
  if (!isClients) return fault
  return {
    path: fault.path,
    code: 'belongs_to_client',
    message:
      'The OAuth client says this; beside it stand scopes and authorizationParams alone. Change it there, or remove it.',
  }
}

const unknownClient: Fault = {
  path: '/auth/client',
  code: 'unknown_client',
  message: 'There is no OAuth client of this key. Create it first, or check its spelling.',
}

/** The key by which a definition that may be malformed refers to a client; undefined where it has its own. */
export function clientKeyOf(raw: unknown): unknown {
  const { type, client } = record(record(raw).auth)
  return ClientReference.shape.type.safeParse(type).success ? client : undefined
}
