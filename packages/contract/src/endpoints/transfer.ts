import { ExportReply, ImportInput, ImportReply } from '../transfer.ts'
import { type Endpoints, empty } from './endpoint.ts'

export const transferEndpoints = {
  exportDefinitions: {
    ...empty,
    method: 'GET',
    path: '/v1/export',
    summary:
      'What the organization has defined as one document, without secrets, to be reviewed or taken elsewhere',
    scope: 'organization:admin',
    reply: ExportReply,
    errors: ['scope_missing'],
  },
  importDefinitions: {
    ...empty,
    method: 'POST',
    path: '/v1/import',
    summary:
      'Take over an exported document, as a whole or not at all: what is missing is made, what differs changed',
    scope: 'organization:admin',
    stepUp: true,
    body: ImportInput,
    longestBody: 67_108_864,
    reply: ImportReply,
    errors: ['input_invalid', 'scope_missing', 'changed_meanwhile'],
  },
} as const satisfies Endpoints
