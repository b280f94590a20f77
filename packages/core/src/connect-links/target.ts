import { candidate, renderable } from '../accounts/candidate.ts'
import { checkParameters } from '../accounts/parameters.ts'
import { readRecords } from '../accounts/ports.ts'
import { readSecretInput } from '../accounts/secret-input.ts'
import { definitionOf } from '../credentials/definition.ts'
import { openCredential } from '../credentials/seal.ts'
import { openTarget, type Target, targetWith } from '../credentials/target.ts'
import type { AccountRecord } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import type { OpenedLink } from './access.ts'
import type { GivenValues } from './asked.ts'
import type { ConnectLinkPorts } from './ports.ts'

/** The account as it would be with what was filled in, and whether there is a row of it. */
export interface LinkTarget {
  readonly target: Target
  readonly isStored: boolean
}

/** @throws SallyportError input_invalid with all faults, not_found where the account is gone */
export function linkTarget(
  ports: ConnectLinkPorts,
  opened: OpenedLink,
  values: GivenValues,
): Promise<LinkTarget> {
  return opened.link.makesAccount ? ofNew(ports, opened, values) : ofNamed(ports, opened, values)
}

async function ofNew(
  ports: ConnectLinkPorts,
  { link, integration }: OpenedLink,
  { parameters, secret }: GivenValues,
): Promise<LinkTarget> {
  const owner = { organizationId: link.organizationId, accounts: undefined }
  const input = {
    ...{ integration: integration.key, environment: link.environment, name: link.name },
    ...{ parameters, tags: link.tags },
    ...(Object.keys(secret).length > 0 && { secret }),
  }
  const target = await candidate(ports, owner, input, { kind: 'connect_link', id: link.id })
  const made = link.accountId && (await ports.store.accounts.get(link.organizationId, link.accountId))
  if (!made) return { target, isStored: false }
  // Made when this browser began before: what it corrects takes the place of what it gave then.
  const { id, createdAt, version } = made
  const account: AccountRecord = { ...target.account, id, createdAt, version: version + 1 }
  return { target: await targetWith(ports, account, integration, target.credential), isStored: true }
}

async function ofNamed(
  ports: ConnectLinkPorts,
  { link, integration }: OpenedLink,
  { parameters, secret }: GivenValues,
): Promise<LinkTarget> {
  const owner = { organizationId: link.organizationId, accounts: undefined }
  const { account } = await readRecords(ports, owner, link.accountId ?? '')
  const definition = definitionOf(integration)
  const scheme = schemeOf(definition)
  if (scheme.connects(definition) === 'authorized')
    return { target: await openTarget(ports, account, integration), isStored: true }
  const before = await openCredential(ports.vault, account, account.credential)
  // All that is secret is given anew: nothing that is stored helps whoever holds the link.
  const { values, faults } = checkParameters(definition, { ...account.parameters, ...parameters })
  const given = readSecretInput(ports.clock, definition, Object.keys(secret).length > 0 ? secret : undefined)
  const lasting = Object.entries(before.secret).filter(([name]) => scheme.lasting?.includes(name))
  const credential = {
    ...given.credential,
    secret: { ...Object.fromEntries(lasting), ...given.credential.secret },
    parameters: values.secret,
  }
  const found = [...faults, ...given.faults]
  return { target: await renderable(ports, account, integration, credential, found), isStored: true }
}
