import { z } from 'zod'
import {
  AccountInput,
  AccountPatch,
  AccountReply,
  AuthorizeInput,
  AuthorizeReply,
  ConfirmInput,
  TokenInput,
  TokenReply,
  TrialInput,
  TrialReply,
} from './account.ts'
import { accountStatuses } from './account-status.ts'
import { EnvironmentInput, EnvironmentPatch, EnvironmentReply } from './environment.ts'
import type { ErrorCode } from './errors.ts'
import { AnyEventReply, eventTypes } from './event.ts'
import { ApiKeyInput, ApiKeyReply, NewApiKeyReply } from './identity.ts'
import { Key } from './key.ts'
import {
  AnyIntegrationInput,
  AnyIntegrationReply,
  OAuthClientInput,
  OAuthClientReply,
} from './oauth-client.ts'
import type { Scope } from './scope.ts'
import { DiagnosisReply, TraceReply } from './trace.ts'
import { DeliveryReply, NewWebhookReply, WebhookInput, WebhookPatch, WebhookReply } from './webhook.ts'

/** One row: what a call takes, gives, and who may make it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** With `{name}` for parameters. */
  readonly path: string
  readonly summary: string
  readonly scope: Scope
  readonly params: z.ZodType
  readonly query: z.ZodType
  /** `definition`: core checks it whole, so that all faults come at once. */
  readonly body: z.ZodType | { readonly definition: z.ZodType } | undefined
  readonly reply: z.ZodType | undefined
  readonly errors: readonly ErrorCode[]
}

const none = z.strictObject({})
const byKey = z.strictObject({ key: Key })
const byId = z.strictObject({ id: z.string().min(1).max(64) })
const paging = {
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().min(1).max(200).optional(),
}
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')
const list = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() })

/** `tag.x=y` filters by tag, so other names of that form pass. */
const accountFilter = z
  .object({
    ...paging,
    integration: Key.optional(),
    environment: Key.optional(),
    status: z.enum(accountStatuses).optional(),
    q: z.string().max(200).optional(),
  })
  .catchall(z.string().max(256))
  .superRefine((query, context) => {
    const keys = Object.keys(query).filter((name) => !isAccountFilter(name))
    if (keys.length > 0) context.addIssue({ code: 'unrecognized_keys', keys, input: query })
  })

function isAccountFilter(name: string): boolean {
  return (
    ['limit', 'cursor', 'integration', 'environment', 'status', 'q'].includes(name) || /^tag\../.test(name)
  )
}

const empty = { params: none, query: none, body: undefined }

/** The one table of endpoints under `/v1`. */
export const endpoints = {
  createIntegration: {
    ...empty,
    method: 'POST',
    path: '/v1/integrations',
    summary: 'Define how to authenticate to an API',
    scope: 'integrations:write',
    body: { definition: AnyIntegrationInput },
    reply: AnyIntegrationReply,
    errors: ['definition_invalid', 'key_taken'],
  },
  listIntegrations: {
    ...empty,
    method: 'GET',
    path: '/v1/integrations',
    summary: 'List integrations',
    scope: 'integrations:read',
    query: z.strictObject({ ...paging, client: Key.optional() }),
    reply: list(AnyIntegrationReply),
    errors: [],
  },
  getIntegration: {
    ...empty,
    method: 'GET',
    path: '/v1/integrations/{key}',
    summary: 'Read an integration',
    scope: 'integrations:read',
    params: byKey,
    reply: AnyIntegrationReply,
    errors: ['not_found'],
  },
  updateIntegration: {
    ...empty,
    method: 'PATCH',
    path: '/v1/integrations/{key}',
    summary: 'Change an integration by JSON merge patch',
    scope: 'integrations:write',
    params: byKey,
    query: z.strictObject({ reconnect: flag }),
    body: { definition: z.record(z.string(), z.unknown()) },
    reply: AnyIntegrationReply,
    errors: ['not_found', 'definition_invalid', 'secret_required', 'accounts_affected', 'changed_meanwhile'],
  },
  deleteIntegration: {
    ...empty,
    method: 'DELETE',
    path: '/v1/integrations/{key}',
    summary: 'Delete an integration',
    scope: 'integrations:write',
    params: byKey,
    query: z.strictObject({ cascade: flag }),
    reply: undefined,
    errors: ['not_found', 'integration_in_use'],
  },
  createOAuthClient: {
    ...empty,
    method: 'POST',
    path: '/v1/oauth-clients',
    summary: 'Define an OAuth client that integrations share',
    scope: 'clients:write',
    body: { definition: OAuthClientInput },
    reply: OAuthClientReply,
    errors: ['definition_invalid', 'key_taken'],
  },
  listOAuthClients: {
    ...empty,
    method: 'GET',
    path: '/v1/oauth-clients',
    summary: 'List OAuth clients',
    scope: 'clients:read',
    query: z.strictObject(paging),
    reply: list(OAuthClientReply),
    errors: [],
  },
  getOAuthClient: {
    ...empty,
    method: 'GET',
    path: '/v1/oauth-clients/{key}',
    summary: 'Read an OAuth client',
    scope: 'clients:read',
    params: byKey,
    reply: OAuthClientReply,
    errors: ['not_found'],
  },
  updateOAuthClient: {
    ...empty,
    method: 'PATCH',
    path: '/v1/oauth-clients/{key}',
    summary: 'Change an OAuth client by JSON merge patch',
    scope: 'clients:write',
    params: byKey,
    query: z.strictObject({ reconnect: flag }),
    body: { definition: z.record(z.string(), z.unknown()) },
    reply: OAuthClientReply,
    errors: ['not_found', 'definition_invalid', 'secret_required', 'accounts_affected', 'changed_meanwhile'],
  },
  deleteOAuthClient: {
    ...empty,
    method: 'DELETE',
    path: '/v1/oauth-clients/{key}',
    summary: 'Delete an OAuth client that no integration refers to',
    scope: 'clients:write',
    params: byKey,
    reply: undefined,
    errors: ['not_found', 'oauth_client_in_use'],
  },
  createAccount: {
    ...empty,
    method: 'POST',
    path: '/v1/accounts',
    summary: 'Connect an account',
    scope: 'accounts:write',
    body: AccountInput,
    reply: AccountReply,
    errors: ['input_invalid'],
  },
  testAccountInput: {
    ...empty,
    method: 'POST',
    path: '/v1/accounts/test',
    summary: 'Try an account without storing it',
    scope: 'accounts:write',
    body: AccountInput,
    reply: TrialReply,
    errors: ['input_invalid'],
  },
  listAccounts: {
    ...empty,
    method: 'GET',
    path: '/v1/accounts',
    summary: 'List accounts',
    scope: 'accounts:read',
    query: accountFilter,
    reply: list(AccountReply),
    errors: [],
  },
  getAccount: {
    ...empty,
    method: 'GET',
    path: '/v1/accounts/{id}',
    summary: 'Read an account',
    scope: 'accounts:read',
    params: byId,
    reply: AccountReply,
    errors: ['not_found'],
  },
  updateAccount: {
    ...empty,
    method: 'PATCH',
    path: '/v1/accounts/{id}',
    summary: 'Change an account by JSON merge patch',
    scope: 'accounts:write',
    params: byId,
    body: AccountPatch,
    reply: AccountReply,
    errors: ['not_found', 'input_invalid', 'secret_required', 'changed_meanwhile'],
  },
  deleteAccount: {
    ...empty,
    method: 'DELETE',
    path: '/v1/accounts/{id}',
    summary: 'Revoke at the provider, destroy the secrets, and delete the account',
    scope: 'accounts:write',
    params: byId,
    reply: undefined,
    errors: ['not_found', 'changed_meanwhile'],
  },
  disconnectAccount: {
    ...empty,
    method: 'POST',
    path: '/v1/accounts/{id}/disconnect',
    summary: 'Revoke at the provider and destroy the secrets; the account stays',
    scope: 'accounts:write',
    params: byId,
    reply: AccountReply,
    errors: ['not_found', 'changed_meanwhile'],
  },
  listTraces: {
    ...empty,
    method: 'GET',
    path: '/v1/accounts/{id}/traces',
    summary: 'What passed between Sallyport and the provider, newest first, secrets replaced',
    scope: 'accounts:read',
    params: byId,
    query: z.strictObject(paging),
    reply: list(TraceReply),
    errors: ['not_found'],
  },
  diagnoseAccount: {
    ...empty,
    method: 'POST',
    path: '/v1/accounts/{id}/diagnose',
    summary: 'Try which client authentication the provider takes, without touching the account’s tokens',
    scope: 'accounts:connect',
    params: byId,
    reply: DiagnosisReply,
    errors: ['not_found', 'diagnosis_unsupported'],
  },
  authorizeAccount: {
    ...empty,
    method: 'POST',
    path: '/v1/accounts/{id}/authorize',
    summary: 'Start an authorization at the provider',
    scope: 'accounts:connect',
    params: byId,
    body: AuthorizeInput,
    reply: AuthorizeReply,
    errors: ['not_found', 'input_invalid', 'authorization_unsupported'],
  },
  confirmAccount: {
    ...empty,
    method: 'POST',
    path: '/v1/accounts/{id}/confirm',
    summary: 'Confirm an authorization with the result that came back',
    scope: 'accounts:connect',
    params: byId,
    body: ConfirmInput,
    reply: AccountReply,
    errors: ['not_found', 'result_invalid'],
  },
  renewAccount: {
    ...empty,
    method: 'POST',
    path: '/v1/accounts/{id}/renew',
    summary: 'Renew the token now',
    scope: 'accounts:connect',
    params: byId,
    reply: AccountReply,
    errors: [
      'not_found',
      'renewal_unsupported',
      'account_needs_reconnect',
      'account_pending',
      'renewal_unavailable',
      'token_refused',
    ],
  },
  testAccount: {
    ...empty,
    method: 'POST',
    path: '/v1/accounts/{id}/test',
    summary: 'Try the account: with the integration’s test request, or by logging in',
    scope: 'accounts:connect',
    params: byId,
    body: TrialInput,
    reply: TrialReply,
    errors: ['not_found', 'test_undefined', 'account_disabled', 'account_pending', 'account_needs_reconnect'],
  },
  accountToken: {
    ...empty,
    method: 'POST',
    path: '/v1/accounts/{id}/token',
    summary: 'Get a fresh access token',
    scope: 'tokens:read',
    params: byId,
    body: TokenInput,
    reply: TokenReply,
    errors: [
      'not_found',
      'token_unavailable',
      'account_needs_reconnect',
      'account_pending',
      'renewal_unavailable',
    ],
  },
  listEvents: {
    ...empty,
    method: 'GET',
    path: '/v1/events',
    summary: 'What happened to accounts, and each call: newest first, or oldest first after a given event',
    scope: 'events:read',
    query: z.strictObject({
      ...paging,
      type: z
        .enum([...eventTypes, 'account', 'call'])
        .optional()
        .describe('one type; `account` is all that begin with it'),
      account: z.string().min(1).max(64).optional(),
      integration: z.string().min(1).max(64).optional().describe('its key'),
      method: z
        .string()
        .regex(/^[A-Za-z-]{1,20}$/, 'must be a method')
        .optional()
        .describe('of calls; so are `status` and `code`'),
      status: z
        .string()
        .regex(/^[1-5](\d\d|xx)$/, 'must be a status as 404, or a class as 4xx')
        .optional()
        .describe('404, or 4xx for all of a class'),
      code: z
        .string()
        .regex(/^[a-z_]{1,64}$/, 'must be a code of an error')
        .optional()
        .describe('of a failure: upstream_timeout and so on'),
      since: z.iso.datetime({ offset: true }).optional().describe('from this moment on'),
      until: z.iso.datetime({ offset: true }).optional().describe('before this moment'),
      after: z
        .string()
        .regex(/^evt_[0-9a-z]{1,40}$/, 'must be the id of an event')
        .optional()
        .describe('only what happened after this event, oldest first: to follow what happens'),
    }),
    reply: list(AnyEventReply),
    errors: ['input_invalid'],
  },
  createWebhook: {
    ...empty,
    method: 'POST',
    path: '/v1/webhooks',
    summary: 'Have an address told of events; the signing secret is shown this once',
    scope: 'organization:admin',
    body: WebhookInput,
    reply: NewWebhookReply,
    errors: ['input_invalid'],
  },
  listWebhooks: {
    ...empty,
    method: 'GET',
    path: '/v1/webhooks',
    summary: 'List webhooks',
    scope: 'organization:admin',
    query: z.strictObject(paging),
    reply: list(WebhookReply),
    errors: [],
  },
  getWebhook: {
    ...empty,
    method: 'GET',
    path: '/v1/webhooks/{id}',
    summary: 'Read a webhook, and how it goes',
    scope: 'organization:admin',
    params: byId,
    reply: WebhookReply,
    errors: ['not_found'],
  },
  updateWebhook: {
    ...empty,
    method: 'PATCH',
    path: '/v1/webhooks/{id}',
    summary: 'Change a webhook by JSON merge patch',
    scope: 'organization:admin',
    params: byId,
    body: WebhookPatch,
    reply: WebhookReply,
    errors: ['not_found', 'input_invalid', 'changed_meanwhile'],
  },
  deleteWebhook: {
    ...empty,
    method: 'DELETE',
    path: '/v1/webhooks/{id}',
    summary: 'Delete a webhook, and what is on its way',
    scope: 'organization:admin',
    params: byId,
    reply: undefined,
    errors: ['not_found'],
  },
  rotateWebhook: {
    ...empty,
    method: 'POST',
    path: '/v1/webhooks/{id}/rotate',
    summary: 'Make a new signing secret; the one before signs besides for a day',
    scope: 'organization:admin',
    params: byId,
    reply: NewWebhookReply,
    errors: ['not_found', 'changed_meanwhile'],
  },
  testWebhook: {
    ...empty,
    method: 'POST',
    path: '/v1/webhooks/{id}/test',
    summary: 'Send an event that says nothing, once, and say how it went',
    scope: 'organization:admin',
    params: byId,
    reply: DeliveryReply,
    errors: ['not_found'],
  },
  listDeliveries: {
    ...empty,
    method: 'GET',
    path: '/v1/webhooks/{id}/deliveries',
    summary: 'What was sent and how that went, newest first',
    scope: 'organization:admin',
    params: byId,
    query: z.strictObject(paging),
    reply: list(DeliveryReply),
    errors: ['not_found'],
  },
  replayDelivery: {
    ...empty,
    method: 'POST',
    path: '/v1/webhooks/{id}/deliveries/{delivery}/replay',
    summary: 'Have an event sent again, the same letter by letter',
    scope: 'organization:admin',
    params: byId.extend({ delivery: z.string().min(1).max(64) }),
    reply: DeliveryReply,
    errors: ['not_found'],
  },
  createEnvironment: {
    ...empty,
    method: 'POST',
    path: '/v1/environments',
    summary: 'Create an environment',
    scope: 'organization:admin',
    body: EnvironmentInput,
    reply: EnvironmentReply,
    errors: ['input_invalid', 'key_taken'],
  },
  listEnvironments: {
    ...empty,
    method: 'GET',
    path: '/v1/environments',
    summary: 'List environments',
    scope: 'accounts:read',
    query: z.strictObject(paging),
    reply: list(EnvironmentReply),
    errors: [],
  },
  getEnvironment: {
    ...empty,
    method: 'GET',
    path: '/v1/environments/{key}',
    summary: 'Read an environment',
    scope: 'accounts:read',
    params: byKey,
    reply: EnvironmentReply,
    errors: ['not_found'],
  },
  updateEnvironment: {
    ...empty,
    method: 'PATCH',
    path: '/v1/environments/{key}',
    summary: 'Change an environment by JSON merge patch',
    scope: 'organization:admin',
    params: byKey,
    body: EnvironmentPatch,
    reply: EnvironmentReply,
    errors: ['not_found', 'input_invalid'],
  },
  deleteEnvironment: {
    ...empty,
    method: 'DELETE',
    path: '/v1/environments/{key}',
    summary: 'Delete an environment without accounts',
    scope: 'organization:admin',
    params: byKey,
    reply: undefined,
    errors: ['not_found', 'environment_in_use'],
  },
  createKey: {
    ...empty,
    method: 'POST',
    path: '/v1/keys',
    summary: 'Make a key; it is shown this once',
    scope: 'keys:write',
    body: ApiKeyInput,
    reply: NewApiKeyReply,
    errors: ['input_invalid', 'scope_missing'],
  },
  listKeys: {
    ...empty,
    method: 'GET',
    path: '/v1/keys',
    summary: 'List keys',
    scope: 'keys:write',
    query: z.strictObject(paging),
    reply: list(ApiKeyReply),
    errors: [],
  },
  getKey: {
    ...empty,
    method: 'GET',
    path: '/v1/keys/{id}',
    summary: 'Read a key’s description',
    scope: 'keys:write',
    params: byId,
    reply: ApiKeyReply,
    errors: ['not_found'],
  },
  revokeKey: {
    ...empty,
    method: 'DELETE',
    path: '/v1/keys/{id}',
    summary: 'Revoke a key',
    scope: 'keys:write',
    params: byId,
    reply: undefined,
    errors: ['not_found'],
  },
} as const satisfies Record<string, Endpoint>

export type EndpointName = keyof typeof endpoints

/** What success answers, by method alone. */
export function successStatus(method: Endpoint['method']): 200 | 201 | 204 {
  return method === 'POST' ? 201 : method === 'DELETE' ? 204 : 200
}
