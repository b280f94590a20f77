import { z } from 'zod'

/** Who changed what, from where: one entry of the audit. */
export const AuditReply = z.object({
  id: z.string().describe('aud_…, sorts by age'),
  at: z.iso.datetime(),
  actor: z
    .object({
      kind: z.enum(['key', 'person', 'operator', 'system', 'connect_link']),
      id: z.string().optional().describe('of the key, the person or the link'),
      name: z
        .string()
        .optional()
        .describe('of the key or the person as it is now, where they are still there; in lists alone'),
    })
    .describe(
      'who; the operator is whoever holds the key from the environment, or runs a local command; by a connect link somebody acts who needs no name here',
    ),
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

const base64 = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'must be base64')

/** One entry as it is exported: what a line holds besides its place in the chain is what was hashed (docs/audit.md). */
export const AuditLine = AuditReply.extend({
  organization: z.string(),
  sequence: z.int().describe('its place in the chain of the organization, from 1, without gaps'),
  hash: z.string().describe('base64, SHA-256 of the hash before and of this entry'),
  mac: z.string().describe('base64, by a key that is not in the database in the clear'),
})
export type AuditLine = z.infer<typeof AuditLine>

/** Where the chain stood, signed: keep it elsewhere, and nobody can cut or exchange what came before unnoticed. */
export const AuditCheckpointReply = z.strictObject({
  organization: z.string().min(1).max(64),
  sequence: z.int().min(1),
  hash: base64.describe('of the entry at this place'),
  at: z.iso.datetime(),
  publicKey: base64.describe('Ed25519, as SubjectPublicKeyInfo: the organization’s own, always the same'),
  signature: base64,
})
export type AuditCheckpointReply = z.infer<typeof AuditCheckpointReply>

export const AuditVerifyInput = z.strictObject({
  checkpoints: z
    .array(AuditCheckpointReply)
    .max(1000)
    .optional()
    .describe('kept outside: the chain is compared with them besides'),
})
export type AuditVerifyInput = z.infer<typeof AuditVerifyInput>

/** What was done to an audit. */
export const auditProblemKinds = [
  'edited',
  'deleted',
  'inserted',
  'reordered',
  'wrong_key',
  'tail_cut',
  'rewritten',
  'checkpoint_forged',
  'key_missing',
  'account_rolled_back',
] as const

const count = z.int().min(0)

/** Whether an audit is as it was written. */
export const AuditVerificationReply = z.object({
  organization: z.string(),
  intact: z.boolean(),
  sequence: count.describe('up to this place the chain is as it was written'),
  hash: z.string().describe('of the entry at this place'),
  publicKey: z.string().optional().describe('what checkpoints of this organization are signed with'),
  checkpoints: count.describe('that it was compared with'),
  accounts: count.describe('of which the audit tells a generation, compared with where they stand'),
  problems: z
    .array(
      z.object({
        kind: z.enum(auditProblemKinds),
        message: z.string(),
        sequence: z.int().optional().describe('the place in the chain that is wrong'),
        entry: z.string().optional().describe('id of the entry that stands there'),
        account: z
          .object({ id: z.string(), generation: z.int(), recorded: z.int() })
          .optional()
          .describe('that stands at an earlier generation than was recorded'),
      }),
    )
    .describe('the first of the chain, then the others'),
})
export type AuditVerificationReply = z.infer<typeof AuditVerificationReply>
