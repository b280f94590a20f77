import type { AuthorizeInput } from '@sallyport/contract'
import { recorded } from '../audit/record.ts'
import { registrationIdOf } from '../credentials/definition.ts'
import { openTarget } from '../credentials/target.ts'
import { invalid, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { AccountRecord, FlowRecord, IntegrationRecord } from '../ports.ts'
import { hashToken, newToken } from '../token.ts'
import { type AccountAsker, accountDeed } from './audited.ts'
import { authorizeDevice, type StartedDeviceAuthorization } from './device.ts'
import { flowMilliseconds } from './flow-secrets.ts'
import { type AccountPorts, readRecords } from './ports.ts'

/** Where a browser starts an authorization, and until when. */
export interface StartedAuthorization {
  readonly authorizationUrl: string
  readonly expiresAt: string
}

/**
 * Prepares an authorization of an account, new or again. The address is our own start page, which binds the
 * browser that opens it; with the device grant it is the provider's, for any browser.
 *
 * @throws SallyportError not_found, authorization_unsupported, input_invalid
 */
export async function authorizeAccount(
  ports: AccountPorts,
  owner: AccountAsker,
  id: string,
  input: AuthorizeInput,
): Promise<StartedAuthorization | StartedDeviceAuthorization> {
  const { account, integration } = await readRecords(ports, owner, id)
  const target = await openTarget(ports, account, integration)
  const device = target.scheme.device?.(target.definition)
  if (device) return authorizeDevice(ports, owner, { target, device, input })
  if (!target.scheme.authorization?.(target.definition)) throw new SallyportError('authorization_unsupported')
  await checkReturnUrl(ports, account.organizationId, account.environment, input)

  const { flow, token } = newFlow(ports, account, integration, input)
  await ports.store.flows.deleteExpired(ports.clock.now() - flowMilliseconds)
  const deed = accountDeed('authorization_started', account)
  await recorded(ports.store, owner, deed, (store) => store.flows.create(flow))
  return {
    authorizationUrl: `${flow.redirectUri}/start/${token}`,
    expiresAt: new Date(flow.expiresAt).toISOString(),
  }
}

/** An authorization that no browser has begun, and what its start is known by. */
export function newFlow(
  ports: Pick<AccountPorts, 'clock' | 'random' | 'publicUrl'>,
  account: AccountRecord,
  integration: IntegrationRecord,
  input: { readonly confirm: boolean; readonly returnUrl?: string | undefined },
): { readonly flow: FlowRecord; readonly token: string } {
  const token = newToken(ports.random)
  const now = ports.clock.now()
  const callbackId = registrationIdOf(integration)
  const flow: FlowRecord = {
    organizationId: account.organizationId,
    environment: account.environment,
    id: newId('flw', ports),
    accountId: account.id,
    integrationId: integration.id,
    callbackId,
    startHash: hashToken(token),
    stateHash: undefined,
    browserHash: undefined,
    resultHash: undefined,
    sealed: undefined,
    confirm: input.confirm,
    returnUrl: input.returnUrl,
    redirectUri: `${ports.publicUrl}/callback/${callbackId}`,
    state: 'created',
    failure: undefined,
    failureDetail: undefined,
    createdAt: now,
    expiresAt: now + flowMilliseconds,
  }
  return { flow, token }
}

/** An exact entry of the environment's list, compared as text (A12). */
export async function checkReturnUrl(
  ports: Pick<AccountPorts, 'store'>,
  organizationId: string,
  environmentKey: string,
  { returnUrl, confirm }: Pick<AuthorizeInput, 'returnUrl' | 'confirm'>,
): Promise<void> {
  if (returnUrl === undefined) {
    if (!confirm) return
    throw invalid('input_invalid', [
      {
        path: '/returnUrl',
        code: 'required',
        message: 'With confirm, give the address that gets the result.',
      },
    ])
  }
  const environment = await ports.store.environments.get(organizationId, environmentKey)
  if (environment?.returnUrls.includes(returnUrl)) return
  throw invalid('input_invalid', [
    {
      path: '/returnUrl',
      code: 'return_url_not_listed',
      message: "This is not one of the environment's returnUrls. Add it there exactly as it is sent.",
    },
  ])
}
