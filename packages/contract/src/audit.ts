import { z } from 'zod'

/** Who changed what, from where: one entry of the audit. */
export const AuditReply = z.object({
  id: z.string().describe('aud_…, sorts by age'),
  at: z.iso.datetime(),
  actor: z
    .object({
      kind: z.enum(['key', 'person', 'operator', 'system']),
      id: z.string().optional().describe('of the key or the person'),
    })
    .describe('who; the operator is whoever holds the key from the environment, or runs a local command'),
  address: z.string().optional().describe('where the request came from'),
  action: z.string().describe('integration.updated and so on'),
  target: z.object({
    kind: z.string(),
    id: z.string(),
    name: z.string().optional().describe('its key or name at that time'),
  }),
  changes: z
    .array(
      z.object({
        field: z.string().describe('JSON Pointer'),
        before: z.unknown().optional(),
        after: z.unknown().optional(),
        secret: z.literal(true).optional().describe('a secret was given: there is no value'),
      }),
    )
    .describe('fields that changed; long values are cut'),
})
export type AuditReply = z.infer<typeof AuditReply>
