import type { AccountPatch, AccountReply, Definition } from '@sallyport/contract'
import { withState } from '../account-ports.ts'
import { recorded } from '../audit/record.ts'
import { createConnection } from '../credentials/connection.ts'
import { definitionOf } from '../credentials/definition.ts'
import { accountDue } from '../credentials/due.ts'
import { openCredential } from '../credentials/seal.ts'
import { SallyportError } from '../error.ts'
import type { AccountRecord, IntegrationRecord } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import type { Credential } from '../schemes/scheme.ts'
import { parseTemplate, placeholders } from '../template/parse.ts'
import { parseUrlTemplate } from '../template/url-template.ts'
import { type AccountAsker, accountUpdate } from './audited.ts'
import { renderable } from './candidate.ts'
import { connect } from './connect.ts'
import { checkParameters } from './parameters.ts'
import { type AccountPorts, readRecords } from './ports.ts'
import { readSecretInput } from './secret-input.ts'
import { accountView } from './view.ts'

/**
 * Changes an account by JSON merge patch. A value that moves a host needs the secret again, so that nobody
 * can have a stored one sent elsewhere.
 *
 * @throws SallyportError not_found, input_invalid, secret_required, changed_meanwhile
 */
export async function updateAccount(
  ports: AccountPorts,
  owner: AccountAsker,
  id: string,
  patch: AccountPatch,
): Promise<AccountReply> {
  const { account, integration } = await readRecords(ports, owner, id)
  const described: AccountRecord = {
    ...account,
    name: patch.name ?? account.name,
    disabled: patch.disabled ?? account.disabled,
    tags: merged(account.tags, patch.tags ?? {}),
    version: account.version + 1,
    updatedAt: ports.clock.now(),
  }
  const changed =
    patch.parameters === undefined && patch.secret === undefined
      ? described
      : await reconnected(ports, described, integration, patch)
  const isSame = changed.generation === account.generation
  const next = isSame ? { ...changed, dueAt: dueOf(ports, changed, integration, account.disabled) } : changed
  const deed = accountUpdate(account, next, patch)
  if (!(await recorded(ports.store, owner, deed, (store) => store.accounts.update(next))))
    throw new SallyportError('changed_meanwhile')
  ports.changed(account)
  return accountView(next, integration, ports.clock.now())
}

/** What is enabled again is looked after again, and what is disabled is left alone. */
function dueOf(
  { clock, random }: AccountPorts,
  account: AccountRecord,
  integration: IntegrationRecord,
  wasDisabled: boolean,
): number | undefined {
  if (account.disabled === wasDisabled) return account.dueAt
  const definition = definitionOf(integration)
  return accountDue(account, schemeOf(definition).renewal(definition), clock.now(), random)
}

async function reconnected(
  ports: AccountPorts,
  account: AccountRecord,
  integration: IntegrationRecord,
  patch: AccountPatch,
): Promise<AccountRecord> {
  const definition = definitionOf(integration)
  const before = await openCredential(ports.vault, account, account.credential)
  const known = {
    ...account.parameters,
    ...Object.fromEntries(Object.entries(before.parameters).map(([name, secret]) => [name, secret.reveal()])),
  }
  const { values, faults } = checkParameters(definition, merged(known, patch.parameters ?? {}))
  const given = patch.secret && readSecretInput(ports.clock, definition, patch.secret)
  const credential: Credential = {
    ...before,
    ...given?.credential,
    ...(given && { secret: { ...lasting(definition, before), ...given.credential.secret } }),
    parameters: values.secret,
  }
  const next = { ...account, parameters: values.visible }
  const target = await renderable(ports, next, integration, credential, [...faults, ...(given?.faults ?? [])])

  const moved =
    originsOf(ports, definition, account, before) !== originsOf(ports, definition, next, credential)
  const fetches = schemeOf(definition).connects(definition) === 'fetched'
  const missing = moved ? notGivenAgain(before, patch, fetches) : []
  if (missing.length > 0) throw secretRequired(missing)
  const sent = fetches ? askedFor(definition) : new Set<string>()
  const secretChanged =
    given !== undefined ||
    Object.keys(patch.parameters ?? {}).some((name) => name in values.secret || sent.has(name))
  if (!secretChanged && !moved) return next
  const lacking = fetches && !given ? lackedBy(definition, before) : []
  if (lacking.length > 0) throw secretRequired(lacking)
  // A token that was fetched from another host, or with another secret, says nothing of this one.
  const start = fetches && !given ? { ...target, credential: { ...credential, tokens: undefined } } : target
  const { state } = await connect(ports, start)
  return { ...withState(next, state, next.updatedAt), version: next.version }
}

/** What an owner has said once and not of one secret: it stays when another is given. */
function lasting(definition: Definition, { secret }: Credential): Credential['secret'] {
  const names = schemeOf(definition).lasting ?? []
  return Object.fromEntries(Object.entries(secret).filter(([name]) => names.includes(name)))
}

/** Names of the parameters that a token is fetched with. */
function askedFor(definition: Definition): ReadonlySet<string> {
  const fields = schemeOf(definition).templates(definition.auth)
  const names = fields.flatMap(({ text }) => placeholders(parseTemplate(text)))
  return new Set(names.map((name) => name.replace(/^parameters\./, '')))
}

/** What fetching anew takes and the account no longer holds: a password, above all (B13). */
function lackedBy(definition: Definition, { secret }: Credential): string[] {
  return schemeOf(definition)
    .secretFaults(definition, secret)
    .map(({ path }) => path)
}

/** JSON Pointers of what is stored and not in the patch: it may not follow a host that moves. */
function notGivenAgain(before: Credential, patch: AccountPatch, fetches: boolean): string[] {
  const given = patch.parameters ?? {}
  // A token that was fetched is not taken along, but fetched anew.
  const holds = Object.keys(before.secret).length > 0 || (before.tokens !== undefined && !fetches)
  return [
    ...(holds && patch.secret === undefined ? ['/secret'] : []),
    ...Object.keys(before.parameters)
      .filter((name) => !Object.hasOwn(given, name))
      .map((name) => `/parameters/${name}`),
  ]
}

/** Where the account's secrets go with these values; what does not render goes nowhere. */
function originsOf(
  ports: AccountPorts,
  definition: Definition,
  account: AccountRecord,
  credential: Credential,
): string {
  const connection = createConnection({
    policy: ports.policy,
    definition,
    definitionSecrets: {},
    account,
    credential,
  })
  const scheme = schemeOf(definition)
  const texts = [
    definition.baseUrl ?? '',
    ...scheme
      .templates(definition.auth)
      .filter(({ slot }) => slot === 'url')
      .map(({ text }) => text),
  ]
  const server = () => {
    const { host, port } = scheme.open?.(connection, credential) ?? {}
    return `${host} ${port}`
  }
  return [
    ...texts.map((text) => orNothing(() => new URL(connection.renderUrl(originIn(text))).origin)),
    ...(scheme.open ? [orNothing(server)] : []),
  ].join(' ')
}

/** Without the path, whose values may be made for each request. */
function originIn(text: string): string {
  const parsed = parseUrlTemplate(text)
  return 'ok' in parsed ? parsed.ok.originTemplate : text
}

function orNothing(render: () => string): string {
  try {
    return render()
  } catch {
    return ''
  }
}

function merged(
  values: Readonly<Record<string, string>>,
  patch: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const all = new Map<string, string>(Object.entries(values))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) all.delete(name)
    else all.set(name, value)
  }
  return Object.fromEntries(all)
}

function secretRequired(paths: readonly string[]): SallyportError {
  const message = 'The change moves a host. Give the secret again with it.'
  return new SallyportError('secret_required', {
    faults: paths.map((path) => ({ path, code: 'secret_required', message })),
  })
}
