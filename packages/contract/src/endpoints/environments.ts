import { z } from 'zod'
import { EnvironmentInput, EnvironmentPatch, EnvironmentReply } from '../environment.ts'
import { byKey, type Endpoints, empty, listOf, paging } from './endpoint.ts'

export const environmentEndpoints = {
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
    reply: listOf(EnvironmentReply),
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
} as const satisfies Endpoints
