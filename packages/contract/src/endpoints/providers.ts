import { z } from 'zod'
import { ProviderReply, ProviderSummary } from '../provider.ts'
import { ProviderId } from '../provider-note.ts'
import { StandardOperation } from '../standard-operation.ts'
import { type Endpoints, empty, listOf, paging } from './endpoint.ts'

export const providerEndpoints = {
  listProviders: {
    ...empty,
    method: 'GET',
    path: '/v1/providers',
    summary: 'Search the catalogue of providers',
    scope: 'integrations:read',
    query: z.strictObject({
      ...paging,
      q: z.string().max(200).optional().describe('in name, id and family; the best first'),
      family: ProviderId.optional(),
      auth: z.string().max(64).optional().describe('type of `auth`, as oauth2'),
    }),
    reply: listOf(ProviderSummary),
    errors: ['input_invalid'],
  },
  getProvider: {
    ...empty,
    method: 'GET',
    path: '/v1/providers/{id}',
    summary: 'Read what is known of a provider',
    scope: 'integrations:read',
    params: z.strictObject({ id: ProviderId }),
    reply: ProviderReply,
    errors: ['not_found'],
  },
  listProviderOperations: {
    ...empty,
    method: 'GET',
    path: '/v1/providers/{id}/operations',
    summary: 'List the operations that are known of a provider',
    scope: 'integrations:read',
    params: z.strictObject({ id: ProviderId }),
    query: z.strictObject(paging),
    reply: listOf(StandardOperation),
    errors: ['input_invalid', 'not_found'],
  },
} as const satisfies Endpoints
