import { z } from 'zod'
import {
  AccountCounts,
  AccountInput,
  AccountPatch,
  AccountReply,
  AuthorizeInput,
  AuthorizeReply,
  ConfirmInput,
  RenewalCounts,
  TokenInput,
  TokenReply,
  TrialInput,
  TrialReply,
} from '../account.ts'
import { AccountForm } from '../account-form.ts'
import { accountSorts } from '../account-sort.ts'
import { accountStatuses } from '../account-status.ts'
import { Key } from '../key.ts'
import { DiagnosisReply, TraceReply } from '../trace.ts'
import { byId, byKey, type Endpoints, empty, flag, listOf, paging } from './endpoint.ts'

const filters = {
  integration: Key.optional(),
  environment: Key.optional(),
  app: Key.optional().describe('only accounts that profiles of this app bind'),
  status: z.enum(accountStatuses).optional(),
  q: z.string().max(200).optional(),
}

/** `tag.x=y` filters by tag, so other names of that form pass. */
function filteredBy<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .object(shape)
    .catchall(z.string().max(256))
    .superRefine((query, context) => {
      const keys = Object.keys(query).filter((name) => !Object.hasOwn(shape, name) && !/^tag\../.test(name))
      if (keys.length > 0) context.addIssue({ code: 'unrecognized_keys', keys, input: query })
    })
}

const sorts = accountSorts.flatMap((sort) => [sort, `-${sort}` as const])

export const accountEndpoints = {
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
    query: filteredBy({
      ...paging,
      cursor: z.string().min(1).max(2000).optional(),
      ...filters,
      sort: z.enum(sorts).optional().describe('with - before it from the greatest down; default: by id'),
    }),
    reply: listOf(AccountReply),
    errors: [],
  },
  countAccounts: {
    ...empty,
    method: 'GET',
    path: '/v1/accounts/counts',
    summary: 'Count accounts, by status; in groups also by integration and environment',
    scope: 'accounts:read',
    query: filteredBy({ ...filters, groups: flag }),
    reply: AccountCounts,
    errors: [],
  },
  countRenewals: {
    ...empty,
    method: 'GET',
    path: '/v1/accounts/renewals',
    summary: 'Count renewals of the last hours, as far as their traces are kept',
    scope: 'accounts:read',
    query: z.strictObject({ hours: z.coerce.number().int().min(1).max(168).default(24) }),
    reply: RenewalCounts,
    errors: [],
  },
  accountForm: {
    ...empty,
    method: 'GET',
    path: '/v1/integrations/{key}/account-form',
    summary: 'What has to be asked for to connect an account of an integration',
    scope: 'accounts:read',
    params: byKey,
    reply: AccountForm,
    errors: ['not_found'],
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
    stepUp: { with: ['/secret', '/parameters'] },
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
    errors: ['not_found', 'account_in_use', 'changed_meanwhile'],
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
    reply: listOf(TraceReply),
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
    stepUp: true,
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
} as const satisfies Endpoints
