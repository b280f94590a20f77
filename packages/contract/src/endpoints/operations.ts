import { z } from 'zod'
import { OperationFromProvider, OperationsFromProvider, OperationsMade } from '../from-provider.ts'
import { Key } from '../key.ts'
import {
  InputQuestion,
  InputReply,
  OperationInput,
  OperationPatch,
  OperationReply,
  RunInput,
  RunReply,
  UnsavedRunInput,
} from '../operation.ts'
import { OperationImportInput, OperationImportLine, OperationImportReply } from '../operation-import.ts'
import { ProviderId } from '../provider-note.ts'
import { byKey, type Endpoints, empty, listOf, paging } from './endpoint.ts'

const callErrors = [
  ...(['not_found', 'input_invalid', 'profile_required', 'adapter_unknown', 'adapter_unbound'] as const),
  ...(['profile_setting_missing', 'account_pending', 'account_disabled', 'account_needs_reconnect'] as const),
  ...(['address_blocked', 'host_not_allowed', 'path_refused', 'step_failed', 'step_limit_reached'] as const),
  ...(['upstream_refused', 'upstream_unreachable', 'upstream_timeout', 'renewal_unavailable'] as const),
  ...(['reply_too_large', 'operation_timeout', 'operations_nested'] as const),
  ...(['target_refused', 'account_incomplete', 'validation_failed', 'passage_unsupported'] as const),
] as const

const longestInput = 16_777_216
const longestDocument = 33_554_432

export const operationEndpoints = {
  createOperation: {
    ...empty,
    method: 'POST',
    path: '/v1/operations',
    summary: 'Save an operation: a typed request, or several in order',
    scope: 'operations:write',
    acrossEnvironments: true,
    body: { definition: z.union([OperationInput, OperationFromProvider]) },
    reply: OperationReply,
    errors: ['definition_invalid', 'key_taken'],
  },
  createProviderOperations: {
    ...empty,
    method: 'POST',
    path: '/v1/providers/{id}/operations',
    summary: 'Save operations that the catalogue knows of a provider: all of them, or those that are named',
    scope: 'operations:write',
    acrossEnvironments: true,
    params: z.strictObject({ id: ProviderId }),
    body: { definition: OperationsFromProvider },
    reply: OperationsMade,
    errors: ['not_found', 'input_invalid', 'definition_invalid'],
  },
  listOperations: {
    ...empty,
    method: 'GET',
    path: '/v1/operations',
    summary: 'List operations',
    scope: 'operations:read',
    query: z.strictObject({ ...paging, integration: Key.optional().describe('made for its accounts') }),
    reply: listOf(OperationReply),
    errors: [],
  },
  getOperation: {
    ...empty,
    method: 'GET',
    path: '/v1/operations/{key}',
    summary: 'Read an operation',
    scope: 'operations:read',
    params: byKey,
    reply: OperationReply,
    errors: ['not_found'],
  },
  updateOperation: {
    ...empty,
    method: 'PATCH',
    path: '/v1/operations/{key}',
    summary: 'Change an operation by JSON merge patch; its steps are replaced as a whole',
    scope: 'operations:write',
    acrossEnvironments: true,
    params: byKey,
    body: { definition: OperationPatch },
    reply: OperationReply,
    errors: ['not_found', 'definition_invalid', 'changed_meanwhile'],
  },
  deleteOperation: {
    ...empty,
    method: 'DELETE',
    path: '/v1/operations/{key}',
    summary: 'Delete an operation',
    scope: 'operations:write',
    acrossEnvironments: true,
    params: byKey,
    reply: undefined,
    errors: ['not_found'],
  },
  importOperations: {
    ...empty,
    method: 'POST',
    path: '/v1/operations/import',
    summary:
      'Make operations, and an integration, of an OpenAPI or Swagger document: all or nothing; what has no counterpart is named. With Accept: application/x-ndjson lines say how far it is',
    scope: 'operations:write',
    acrossEnvironments: true,
    body: { unread: OperationImportInput },
    longestBody: longestDocument,
    reply: OperationImportReply,
    lines: OperationImportLine,
    errors: ['input_invalid', 'key_taken', 'changed_meanwhile', 'request_timeout'],
  },
  runUnsavedOperation: {
    ...empty,
    method: 'POST',
    path: '/v1/operations/run',
    summary:
      'Run an operation that is given along, and not saved: to try it. Open to whoever could save it and run it then; recorded in the audit, but for a dry run',
    scope: 'operations:write',
    scopeBesides: 'operations:run',
    acrossEnvironments: true,
    isCall: true,
    body: { definition: UnsavedRunInput },
    longestBody: longestInput,
    reply: RunReply,
    errors: ['definition_invalid', ...callErrors],
  },
  runOperation: {
    ...empty,
    method: 'POST',
    path: '/v1/operations/{key}/run',
    summary:
      'Run an operation. What ends in `as: stream` answers with the body itself; pages of such a one as a JSON array, or with Accept: application/x-ndjson as a line for each item',
    scope: 'operations:run',
    isCall: true,
    params: byKey,
    body: { definition: RunInput },
    longestBody: longestInput,
    reply: RunReply,
    errors: callErrors,
  },
  readOperationInput: {
    ...empty,
    method: 'POST',
    path: '/v1/operations/{key}/input',
    summary: 'The JSON Schema of an operation’s input, asked of the API where the operation says so',
    scope: 'operations:run',
    isCall: true,
    params: byKey,
    body: { definition: InputQuestion },
    reply: InputReply,
    errors: callErrors,
  },
} as const satisfies Endpoints
