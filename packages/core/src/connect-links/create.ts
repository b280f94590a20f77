import type { ConnectLinkInput, ConnectLinkReply, Fault } from '@sallyport/contract'
import { checkReturnUrl } from '../accounts/authorize.ts'
import { otherTags } from '../accounts/candidate.ts'
import { readRecords } from '../accounts/ports.ts'
import { changesBetween } from '../audit/changes.ts'
import { type Asker, recorded } from '../audit/record.ts'
import { invalid, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { AccountRecord, ConnectLinkRecord } from '../ports.ts'
import type { AccountSight } from '../principal.ts'
import { newToken } from '../token.ts'
import { digestOf } from './access.ts'
import type { ConnectLinkPorts } from './ports.ts'

/** How many links of an organization can wait to be used. */
const mostOpen = 10_000
const defaultEnvironment = 'development'

export type ConnectLinkOwner = Asker & AccountSight

/**
 * Makes a link by which somebody connects an account, once. It is shown this once.
 *
 * @throws SallyportError input_invalid with all faults, limit_reached
 */
export async function createConnectLink(
  ports: ConnectLinkPorts,
  owner: ConnectLinkOwner,
  input: ConnectLinkInput,
): Promise<ConnectLinkReply> {
  const { store, clock, random } = ports
  const { organizationId } = owner
  const { account, integration, environment } = await referred(ports, owner, input)
  const confirm = input.returnUrl !== undefined
  await checkReturnUrl(ports, organizationId, environment, { returnUrl: input.returnUrl, confirm })
  const now = clock.now()
  if ((await store.connectLinks.countOpen(organizationId, now)) >= mostOpen) throw tooMany()
  const secret = newToken(random)
  const id = newId('cnl', ports)
  const link: ConnectLinkRecord = {
    ...{ organizationId, environment, id, integrationId: integration.id },
    accountId: account?.id,
    makesAccount: account === undefined,
    name: account?.name ?? input.name ?? integration.name,
    tags: { ...owner.tags, ...input.tags },
    returnUrl: input.returnUrl,
    digest: digestOf(id, secret),
    keyId: owner.keyId,
    userId: owner.userId,
    ...{ browserHash: undefined, flowId: undefined, sealed: undefined, language: undefined },
    ...{ attempts: 0, state: 'open' },
    createdAt: now,
    expiresAt: now + input.expiresInSeconds * 1000,
  }
  const { accountId, returnUrl } = link
  const expiresAt = new Date(link.expiresAt).toISOString()
  const told = { integration: integration.key, environment, account: accountId, returnUrl, expiresAt }
  const deed = {
    action: 'connect_link.created',
    target: { kind: 'connect_link', id, name: link.name },
    changes: changesBetween({}, told),
  }
  await recorded(store, owner, deed, (within) => within.connectLinks.create(link))
  return { id, url: `${ports.publicUrl}/connect/${id}/${secret}`, expiresAt }
}

/** What the input names, as far as its owner sees it. */
async function referred(ports: ConnectLinkPorts, owner: ConnectLinkOwner, input: ConnectLinkInput) {
  const { store } = ports
  const { organizationId } = owner
  const account = input.account === undefined ? undefined : await seen(ports, owner, input.account)
  const named = input.environment ?? account?.environment ?? owner.environment ?? defaultEnvironment
  const found = await store.environments.get(organizationId, named)
  const isSeen = owner.environment === undefined || owner.environment === found?.key
  const environment = isSeen ? found : undefined
  const integration = await store.integrations.getByKey(organizationId, input.integration)
  const isOther =
    account && (account.integrationId !== integration?.id || account.environment !== environment?.key)
  const faults: Fault[] = [
    ...(environment ? [] : [unknown('/environment', 'environment', 'key')]),
    ...(integration ? [] : [unknown('/integration', 'integration', 'key')]),
    ...(input.account === undefined || account ? [] : [unknown('/account', 'account', 'id')]),
    ...(isOther && environment && integration ? [otherAccount] : []),
    ...(input.account === undefined && owner.accounts ? [ownAccounts] : []),
    ...otherTags(owner, input),
  ]
  if (!environment || !integration || faults.length > 0) throw invalid('input_invalid', faults)
  return { account, integration, environment: environment.key }
}

/** A foreign account is as one that is not there (D6). */
async function seen(
  ports: ConnectLinkPorts,
  owner: ConnectLinkOwner,
  id: string,
): Promise<AccountRecord | undefined> {
  try {
    return (await readRecords(ports, owner, id)).account
  } catch (error) {
    if (error instanceof SallyportError && error.code === 'not_found') return undefined
    throw error
  }
}

function unknown(path: string, what: string, by: string): Fault {
  return {
    path,
    code: `unknown_${what}`,
    message: `There is no ${what} of this ${by}. Create it first, or check its spelling.`,
  }
}

const otherAccount: Fault = {
  path: '/account',
  code: 'other_account',
  message:
    'The account is of another integration or environment. Give its own, or leave the environment out.',
}

const ownAccounts: Fault = {
  path: '/account',
  code: 'required',
  message: 'Your key reaches certain accounts alone. Name the one that is to be connected again.',
}

function tooMany(): SallyportError {
  const message = `There are ${mostOpen} links that nobody has used yet. Wait until some have expired, or give new ones less time.`
  return new SallyportError('limit_reached', { message, retryAfterSeconds: 60 })
}
