import { z } from 'zod'
import {
  AuditCheckpointReply,
  AuditLine,
  AuditReply,
  AuditVerificationReply,
  AuditVerifyInput,
} from '../audit.ts'
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
  listAuditCheckpoints: {
    ...empty,
    method: 'GET',
    path: '/v1/audit/checkpoints',
    summary: 'What is signed of the audit, newest first: to be kept elsewhere',
    scope: 'audit:read',
    query: z.strictObject(paging),
    reply: listOf(AuditCheckpointReply),
    errors: ['input_invalid'],
  },
  verifyAudit: {
    ...empty,
    method: 'POST',
    path: '/v1/audit/verify',
    summary: 'Whether the audit is as it was written, and if not, what was done to it first',
    scope: 'audit:read',
    body: AuditVerifyInput,
    reply: AuditVerificationReply,
    errors: ['verification_under_way'],
  },
  exportAudit: {
    ...empty,
    method: 'GET',
    path: '/v1/audit/export',
    summary: 'Entries, oldest first, one a line, with their places in the chain',
    scope: 'audit:read',
    query: z.strictObject({
      after: z.coerce.number().int().min(0).default(0).describe('from the place after this one on'),
      since: z.iso.datetime({ offset: true }).optional().describe('from this moment on'),
      until: z.iso.datetime({ offset: true }).optional().describe('before this moment'),
      format: z
        .enum(['jsonl', 'csv'])
        .default('jsonl')
        .describe('csv is a table for people (text/csv), which cannot be verified'),
    }),
    reply: AuditLine,
    isLines: true,
    errors: ['input_invalid'],
  },
} as const satisfies Endpoints
