import { z } from 'zod'
import { AppInput } from './app.ts'
import { EnvironmentInput } from './environment.ts'
import { Key } from './key.ts'
import { OperationInput } from './operation.ts'
import { RoleInput } from './role.ts'

/** The one format that there is. */
export const exportFormat = 'sallyport-export-1'

const profile = z.strictObject({
  name: Key,
  environment: Key,
  settings: z.record(z.string(), z.string()).default({}),
})

/** A definition as its own endpoint takes it; which secrets it had where it comes from. */
const definition = z
  .looseObject({ key: Key, secretsSet: z.array(z.string().max(300)).max(1000).optional() })
  .describe('as POST takes it; `secretsSet` names the secrets that it had')

/** What an organization has defined, without secrets and without ids: by keys and names alone. */
export const ExportReply = z.object({
  format: z.literal(exportFormat),
  environments: z.array(EnvironmentInput),
  clients: z.array(definition),
  integrations: z.array(definition),
  roles: z.array(RoleInput),
  apps: z.array(AppInput.extend({ profiles: z.array(profile) })),
  operations: z.array(OperationInput),
})
export type ExportReply = z.infer<typeof ExportReply>

const several = <Item extends z.ZodType>(item: Item) => z.array(item).max(10_000).default([])

const age = z
  .string()
  .regex(/^age1[02-9ac-hj-np-z]{58}$/, 'must be the public key of an age recipient, as age1…')

/** To whom secrets are sealed, and whose. */
export const SealedExportInput = z.strictObject({
  recipient: age.describe('public key of the one that opens it: POST /v1/import/recipients there'),
  accounts: z
    .strictObject({ integration: Key.optional(), environment: Key.optional() })
    .optional()
    .describe(
      'with the credentials of these accounts, or by {} of all; they are not renewed here from then on',
    ),
})
export type SealedExportInput = z.infer<typeof SealedExportInput>

/** The document, with its secrets sealed. */
export const SealedExportReply = ExportReply.extend({
  sealed: z.string().describe('an armored age file: secrets of definitions, and accounts'),
  accounts: z.object({
    exported: z.int().min(0),
    left: z
      .array(z.object({ account: z.string(), reason: z.string() }))
      .describe('accounts that could not be exported now, and are as they were'),
  }),
})
export type SealedExportReply = z.infer<typeof SealedExportReply>

/** A public key that somebody else seals what is imported here to. */
export const ImportRecipientReply = z.object({
  id: z.string(),
  recipient: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type ImportRecipientReply = z.infer<typeof ImportRecipientReply>

const text = z.record(z.string(), z.string())
const ofDefinition = z.strictObject({ key: Key, secrets: text })

/** What is sealed: never in a request or a reply. */
export const SealedContent = z.strictObject({
  clients: z.array(ofDefinition),
  integrations: z.array(ofDefinition),
  accounts: z.array(
    z.strictObject({
      id: z.string().regex(/^acc_[0-9a-z]{25}$/),
      integration: Key,
      environment: Key,
      name: z.string().min(1).max(200),
      parameters: text,
      tags: text,
      disabled: z.boolean(),
      status: z.enum(['connected', 'expiring', 'failing', 'needs_reconnect']),
      generation: z.int().min(0),
      issuedAt: z.int().optional(),
      expiresAt: z.int().optional(),
      renewable: z.boolean(),
      scopes: z.array(z.string()),
      kept: text,
      refreshExpiresAt: z.int().optional(),
      connectedAt: z.int().optional(),
      credential: z.string(),
    }),
  ),
})
export type SealedContent = z.infer<typeof SealedContent>

/** The same to be taken over; parts may be missing, and secrets may be filled in. */
export const ImportInput = z.strictObject({
  format: z.literal(exportFormat),
  dryRun: z.boolean().default(false).describe('only tell what would happen'),
  sealed: z
    .string()
    .max(60_000_000)
    .optional()
    .describe('secrets and accounts, sealed to a recipient of this organization'),
  environments: several(EnvironmentInput),
  clients: several(definition),
  integrations: several(definition),
  roles: several(RoleInput),
  apps: several(AppInput.extend({ profiles: z.array(profile).max(200).default([]) })),
  operations: several(z.looseObject({ key: Key }).describe('as POST takes it')),
  accounts: z.unknown().optional().describe('as an export tells it; it is not read'),
})
export type ImportInput = z.infer<typeof ImportInput>

const count = z.int().min(0)

/** What became of each part of an import, or would. */
export const ImportReply = z.object({
  dryRun: z.boolean(),
  created: count,
  updated: count,
  unchanged: count,
  items: z.array(
    z.object({
      kind: z.enum([
        'environment',
        'client',
        'integration',
        'role',
        'app',
        'profile',
        'operation',
        'account',
      ]),
      key: z.string().describe('of a profile `app/profile`, of an account its id where it comes from'),
      id: z.string().optional().describe('of an account, here'),
      outcome: z.enum(['created', 'updated', 'unchanged']),
    }),
  ),
  secretsMissing: z
    .array(z.string())
    .describe('JSON Pointers into the document: secrets that are stored where it comes from, and not here'),
})
export type ImportReply = z.infer<typeof ImportReply>
