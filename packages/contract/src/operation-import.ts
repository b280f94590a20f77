import { z } from 'zod'
import { Method } from './integration.ts'
import { Json } from './json.ts'
import { Key } from './key.ts'

const selector = z.string().min(1).max(2000)

/** Operations, and the integration that they call by, from a description of an API. */
export const OperationImportInput = z.strictObject({
  document: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())])
    .describe('OpenAPI 3.0 or 3.1, or Swagger 2.0: as an object, or as the text of a JSON or YAML file'),
  integration: Key.optional().describe(
    'whose accounts the operations are made for; where there is none of this key, it is made from the document',
  ),
  adapter: Key.optional().describe('by which adapter the operations call'),
  prefix: Key.max(30).optional().describe('goes before each key'),
  tags: z.array(selector).min(1).max(200).optional().describe('takes the operations that have one of these'),
  paths: z
    .array(selector)
    .min(1)
    .max(200)
    .optional()
    .describe('takes those at one of these paths; `*` at the end stands for whatever follows'),
  operations: z
    .array(selector)
    .min(1)
    .max(5000)
    .optional()
    .describe('takes those of one of these operation ids, keys, or `GET /path`'),
  server: z.int().min(0).max(999).default(0).describe('which of the document’s servers, from 0'),
  security: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('which of its security schemes; default the one most used'),
  existing: z
    .enum(['refuse', 'keep', 'replace'])
    .default('refuse')
    .describe('what becomes of operations whose keys are there already'),
  dryRun: z.boolean().default(false).describe('shows what would be made, and makes nothing'),
})
export type OperationImportInput = z.infer<typeof OperationImportInput>

/** A part of the document that has no counterpart here. */
export const SkippedPart = z.object({
  operation: z.string().optional().describe('of which operation: its operation id, or `GET /path`'),
  path: z.string().describe('where in the document, by JSON Pointer'),
  part: z
    .enum(['operation', 'parameter', 'body', 'reply', 'schema', 'security', 'server', 'document'])
    .describe('what is left out or simplified; `operation`: all of it'),
  reason: z.string(),
})
export type SkippedPart = z.infer<typeof SkippedPart>

/** An operation as an import makes it. */
export const ImportedOperation = z.object({
  key: Key,
  name: z.string(),
  method: Method,
  path: z.string().describe('as the document writes it'),
  operationId: z.string().optional(),
  tags: z.array(z.string()),
  deprecated: z.boolean(),
  outcome: z.enum(['created', 'replaced', 'kept']),
})
export type ImportedOperation = z.infer<typeof ImportedOperation>

/** What was imported, and what was not. */
export const OperationImportReply = z.object({
  dryRun: z.boolean(),
  document: z.object({
    title: z.string(),
    version: z.string(),
    specification: z.enum(['2.0', '3.0', '3.1']),
    operations: z.int().describe('how many it describes'),
  }),
  integration: z
    .object({
      key: Key.optional().describe('absent where none was asked for'),
      outcome: z.enum(['created', 'existing', 'draft']).describe('draft: only shown'),
      definition: z.record(z.string(), Json).optional().describe('what the document says of it'),
    })
    .optional(),
  operations: z.array(ImportedOperation),
  skipped: z.array(SkippedPart).max(10_000),
  skippedMore: z.int().describe('how many more are left out of this list'),
})
export type OperationImportReply = z.infer<typeof OperationImportReply>

/** A line of the reply as `application/x-ndjson`; the last one has the result, or the problem that ended it. */
export const OperationImportLine = z.union([
  z.object({ done: z.int(), total: z.int() }),
  z.object({ result: OperationImportReply }),
  z.object({ problem: z.record(z.string(), z.unknown()) }),
])
export type OperationImportLine = z.infer<typeof OperationImportLine>
