import { z } from 'zod'
import { OAuthClientFromProvider } from '../from-provider.ts'
import { OAuthClientInput, OAuthClientReply } from '../oauth-client.ts'
import { definitionSecretPaths } from '../schemes/index.ts'
import { byKey, type Endpoints, empty, flag, listOf, paging } from './endpoint.ts'

export const oauthClientEndpoints = {
  createOAuthClient: {
    ...empty,
    method: 'POST',
    path: '/v1/oauth-clients',
    summary: 'Define an OAuth client that integrations share',
    scope: 'clients:write',
    body: { definition: z.union([OAuthClientInput, OAuthClientFromProvider]) },
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
    reply: listOf(OAuthClientReply),
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
    stepUp: { with: definitionSecretPaths },
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
} as const satisfies Endpoints
