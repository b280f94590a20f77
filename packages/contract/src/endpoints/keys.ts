import { z } from 'zod'
import { ApiKeyInput, ApiKeyReply, NewApiKeyReply } from '../identity.ts'
import { byId, type Endpoints, empty, listOf, paging } from './endpoint.ts'

export const keyEndpoints = {
  createKey: {
    ...empty,
    method: 'POST',
    path: '/v1/keys',
    summary: 'Make a key; it is shown this once',
    scope: 'keys:write',
    stepUp: true,
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
    reply: listOf(ApiKeyReply),
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
} as const satisfies Endpoints
