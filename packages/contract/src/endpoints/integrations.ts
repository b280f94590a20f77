import { z } from 'zod'
import { IntegrationFromProvider } from '../from-provider.ts'
import { IntegrationPreviewInput, IntegrationPreviewReply } from '../integration-preview.ts'
import { Key } from '../key.ts'
import { AnyIntegrationInput, AnyIntegrationReply } from '../oauth-client.ts'
import { definitionSecretPaths } from '../schemes/index.ts'
import { byKey, type Endpoints, empty, flag, listOf, paging } from './endpoint.ts'

export const integrationEndpoints = {
  createIntegration: {
    ...empty,
    method: 'POST',
    path: '/v1/integrations',
    summary: 'Define how to authenticate to an API',
    scope: 'integrations:write',
    body: { definition: z.union([AnyIntegrationInput, IntegrationFromProvider]) },
    reply: AnyIntegrationReply,
    errors: ['definition_invalid', 'key_taken'],
  },
  previewIntegration: {
    ...empty,
    method: 'POST',
    path: '/v1/integrations/preview',
    summary: 'Show what a definition would send; nothing is sent or stored',
    scope: 'integrations:write',
    body: IntegrationPreviewInput,
    reply: IntegrationPreviewReply,
    errors: ['definition_invalid', 'not_found'],
  },
  listIntegrations: {
    ...empty,
    method: 'GET',
    path: '/v1/integrations',
    summary: 'List integrations',
    scope: 'integrations:read',
    query: z.strictObject({ ...paging, client: Key.optional() }),
    reply: listOf(AnyIntegrationReply),
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
    stepUp: { with: definitionSecretPaths },
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
} as const satisfies Endpoints
