import { z } from 'zod'
import { AuditReply } from '../audit.ts'
import { type Endpoints, empty, listOf, paging } from './endpoint.ts'

export const auditEndpoints = {
  listAudit: {
    ...empty,
    method: 'GET',
    path: '/v1/audit',
    summary: 'Who changed what, newest first',
    scope: 'audit:read',
    query: z.strictObject({
      ...paging,
      action: z
        .string()
        .regex(/^[a-z_.]{1,64}$/, 'must be an action as integration.updated')
        .optional(),
      actor: z.string().min(1).max(64).optional().describe('id of a key or a person'),
      target: z.string().min(1).max(256).optional().describe('id, key or name of what was changed'),
      since: z.iso.datetime({ offset: true }).optional().describe('from this moment on'),
      until: z.iso.datetime({ offset: true }).optional().describe('before this moment'),
    }),
    reply: listOf(AuditReply),
    errors: ['input_invalid'],
  },
} as const satisfies Endpoints
