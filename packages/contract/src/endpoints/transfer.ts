import { z } from 'zod'
import { AccountReply } from '../account.ts'
import {
  ExportReply,
  ImportInput,
  ImportRecipientReply,
  ImportReply,
  SealedExportInput,
  SealedExportReply,
} from '../transfer.ts'
import { byId, type Endpoints, empty, listOf, paging } from './endpoint.ts'

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
  exportSealed: {
    ...empty,
    method: 'POST',
    path: '/v1/export',
    summary:
      'The same with secrets and accounts, sealed to a recipient; exported accounts are not renewed here any more',
    scope: 'organization:admin',
    stepUp: true,
    body: SealedExportInput,
    reply: SealedExportReply,
    errors: ['input_invalid', 'scope_missing'],
  },
  thawAccount: {
    ...empty,
    method: 'POST',
    path: '/v1/accounts/{id}/thaw',
    summary: 'Renew an exported account here again, because it was imported nowhere',
    scope: 'accounts:write',
    stepUp: true,
    params: byId,
    reply: AccountReply,
    errors: ['not_found'],
  },
  createImportRecipient: {
    ...empty,
    method: 'POST',
    path: '/v1/import/recipients',
    summary:
      'Make a key that an export for this organization is sealed to, for a week; its private part never leaves',
    scope: 'organization:admin',
    stepUp: true,
    reply: ImportRecipientReply,
    errors: ['scope_missing'],
  },
  listImportRecipients: {
    ...empty,
    method: 'GET',
    path: '/v1/import/recipients',
    summary: 'List the keys that exports for this organization may be sealed to',
    scope: 'organization:admin',
    query: z.strictObject(paging),
    reply: listOf(ImportRecipientReply),
    errors: ['scope_missing'],
  },
  deleteImportRecipient: {
    ...empty,
    method: 'DELETE',
    path: '/v1/import/recipients/{id}',
    summary: 'Destroy such a key: what was sealed to it never opens again',
    scope: 'organization:admin',
    params: byId,
    reply: undefined,
    errors: ['not_found', 'scope_missing'],
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
