import { z } from 'zod'
import { IdentityProviderInput, IdentityProviderPatch, IdentityProviderReply } from '../identity-provider.ts'
import { byKey, type Endpoints, empty, listOf, paging } from './endpoint.ts'

export const identityProviderEndpoints = {
  createIdentityProvider: {
    ...empty,
    method: 'POST',
    path: '/v1/identity-providers',
    summary: 'Let people log in by an OpenID provider',
    scope: 'organization:admin',
    body: IdentityProviderInput,
    reply: IdentityProviderReply,
    errors: ['input_invalid', 'key_taken', 'role_too_broad'],
  },
  listIdentityProviders: {
    ...empty,
    method: 'GET',
    path: '/v1/identity-providers',
    summary: 'List identity providers',
    scope: 'organization:admin',
    query: z.strictObject(paging),
    reply: listOf(IdentityProviderReply),
    errors: [],
  },
  getIdentityProvider: {
    ...empty,
    method: 'GET',
    path: '/v1/identity-providers/{key}',
    summary: 'Read an identity provider',
    scope: 'organization:admin',
    params: byKey,
    reply: IdentityProviderReply,
    errors: ['not_found'],
  },
  updateIdentityProvider: {
    ...empty,
    method: 'PATCH',
    path: '/v1/identity-providers/{key}',
    summary: 'Change an identity provider by JSON merge patch; another issuer needs the secret again',
    scope: 'organization:admin',
    params: byKey,
    body: IdentityProviderPatch,
    reply: IdentityProviderReply,
    errors: ['not_found', 'input_invalid', 'secret_required', 'role_too_broad', 'changed_meanwhile'],
  },
  deleteIdentityProvider: {
    ...empty,
    method: 'DELETE',
    path: '/v1/identity-providers/{key}',
    summary: 'Delete an identity provider; nobody can log in by it any more',
    scope: 'organization:admin',
    params: byKey,
    reply: undefined,
    errors: ['not_found'],
  },
} as const satisfies Endpoints
