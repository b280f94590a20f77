import { z } from 'zod'
import { AppInput } from './app.ts'
import { EnvironmentInput } from './environment.ts'
import { Key } from './key.ts'
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
})
export type ExportReply = z.infer<typeof ExportReply>

const several = <Item extends z.ZodType>(item: Item) => z.array(item).max(10_000).default([])

/** The same to be taken over; parts may be missing, and secrets may be filled in. */
export const ImportInput = z.strictObject({
  format: z.literal(exportFormat),
  dryRun: z.boolean().default(false).describe('only tell what would happen'),
  environments: several(EnvironmentInput),
  clients: several(definition),
  integrations: several(definition),
  roles: several(RoleInput),
  apps: several(AppInput.extend({ profiles: z.array(profile).max(200).default([]) })),
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
      kind: z.enum(['environment', 'client', 'integration', 'role', 'app', 'profile']),
      key: z.string().describe('of a profile `app/profile`'),
      outcome: z.enum(['created', 'updated', 'unchanged']),
    }),
  ),
  secretsMissing: z
    .array(z.string())
    .describe('JSON Pointers into the document: secrets that are stored where it comes from, and not here'),
})
export type ImportReply = z.infer<typeof ImportReply>
