import { z } from 'zod'
import { IntegrationInput } from './integration.ts'
import { ProviderId } from './provider-note.ts'
import { providerAuthTypes } from './schemes/index.ts'
import { ReplyPath } from './schemes/reply-paths.ts'

const sentence = z.string().trim().min(1).max(500)
const word = z.string().min(1).max(200)
const field = z.string().regex(/^(\/[^/]+)+$/, 'must be a JSON Pointer')
const statuses = z.array(z.int().min(100).max(599)).min(1)
const words = z.array(word).min(1)
const address = z.url({ protocol: /^https?$/ }).max(2000)

/** What an entry knows of a definition; key, name and what `open` names come from whoever uses it. */
const ProviderDefinition = IntegrationInput.omit({
  key: true,
  name: true,
  provider: true,
  providerVersion: true,
  api: true,
  version: true,
}).extend({ auth: z.discriminatedUnion('type', providerAuthTypes) })

/** A field that only whoever uses the entry can fill in. */
export const OpenField = z.strictObject({
  path: field.describe('in the definition'),
  label: word,
  help: sentence.optional(),
  required: z.boolean().optional(),
  secret: z.boolean().optional(),
})
export type OpenField = z.infer<typeof OpenField>

/** What a part of an account's secret is called at the provider. */
const SecretField = z.strictObject({
  label: word,
  help: sentence.optional(),
  pattern: z.string().max(500).optional(),
})

/** One of several APIs that the same client authorizes for. */
const ProviderApi = z.strictObject({
  api: ProviderId,
  name: word,
  version: z.string().max(40).optional(),
  baseUrl: z.string().max(4096),
})
export type ProviderApi = z.infer<typeof ProviderApi>

/** How a list goes on; paths are JSON Pointers into a reply. */
const Paging = z.strictObject({
  style: z.enum(['cursor', 'offset', 'page', 'link', 'graphql', 'keyset']),
  itemsPath: ReplyPath.optional(),
  nextPath: ReplyPath.optional().describe('the address of the next page'),
  nextIsRelative: z.boolean().optional(),
  linkRelation: word.optional().describe('of the Link header (RFC 8288)'),
  cursorPath: ReplyPath.optional(),
  cursorParameter: word.optional(),
  cursorIn: z.enum(['body']).optional().describe('default the query'),
  cursorFromLastItem: ReplyPath.optional(),
  pageInfoPath: ReplyPath.optional(),
  hasMorePath: ReplyPath.optional(),
  donePath: ReplyPath.optional(),
  totalPath: ReplyPath.optional(),
  totalParameter: word.optional(),
  offsetParameter: word.optional(),
  pageParameter: word.optional(),
  limitParameter: word.optional(),
  limitDefault: z.int().optional(),
  limitMax: z.int().optional(),
})

/** How the provider says that too much was sent, beside what the definition makes of it. */
const RateLimitSignals = z.strictObject({
  statuses: statuses.optional(),
  codes: words.optional(),
  bodyPath: ReplyPath.optional(),
  limitHeader: word.optional(),
  countHeader: word.optional(),
  remainingHeader: word.optional(),
  dailyRemainingHeader: word.optional(),
  usageHeader: word.optional(),
  windowHeader: word.optional(),
  reasonHeader: word.optional(),
  resetHeaders: words.optional(),
  retryAfterHeaders: words.optional(),
  otherHeaders: words.optional(),
  perSecond: z.int().optional(),
  pauseSeconds: z.int().optional(),
})

/** How well an entry is known. Fields are JSON Pointers into the entry. */
const Evidence = z.strictObject({
  confidence: z.enum(['curated', 'high', 'medium']),
  sources: z.int().min(0).describe('public sources that know the provider'),
  agreement: z.int().min(0).describe('of them, those that agree on the addresses'),
  assumed: z.array(field).min(1).optional().describe('one source’s default, or ours; nothing more'),
  unconfirmed: z.array(field).min(1).optional().describe('set by hand, and confirmed by no source'),
  derived: z.array(field).min(1).optional().describe('follows from other facts of the entry'),
  missing: z.array(field).min(1).optional().describe('known by no source'),
  conflicts: z
    .array(z.strictObject({ field, value: z.string().max(500), sources: z.int() }))
    .min(1)
    .optional()
    .describe('what other sources say'),
  alternatives: z
    .array(
      z.strictObject({
        auth: word,
        authorizationUrl: z.string().max(2000).optional(),
        tokenUrl: z.string().max(2000).optional(),
        requestTokenUrl: z.string().max(2000).optional(),
        sources: z.int(),
      }),
    )
    .min(1)
    .optional()
    .describe('another protocol that sources know it by'),
  legacyOnly: z.boolean().optional().describe('only old sources know it'),
  byMajority: z.boolean().optional().describe('sources differ, and the most of them are followed'),
  availabilityUnverified: z.boolean().optional().describe('it may not be offered any more'),
})

/** What is known of how one API authenticates. */
export const ProviderEntry = z.strictObject({
  id: ProviderId,
  name: word,
  family: ProviderId,
  version: z.int().min(1).describe('goes up with each change of the entry'),
  docs: address.optional(),
  help: sentence.optional(),
  definition: ProviderDefinition,
  secret: z.record(z.string(), SecretField).optional().describe('what an account’s secret is called there'),
  open: z.array(OpenField).optional(),
  scopes: words.optional().describe('scopes that are known, beside those asked for'),
  apis: z.array(ProviderApi).min(2).optional(),
  userInfoUrl: address.optional().describe('answers who authorized'),
  contentType: word.optional().describe('of bodies that the API takes'),
  optionalHeaders: words.optional().describe('headers that callers may send'),
  testCandidates: words.optional().describe('requests that sources try with; more may be needed'),
  rateLimitSignals: RateLimitSignals.optional(),
  paging: z.array(Paging).min(1).optional(),
  quirks: words.optional(),
  lacks: words.optional().describe('what the provider can, and definitions cannot say'),
  evidence: Evidence,
})
export type ProviderEntry = z.input<typeof ProviderEntry>

/** An entry as lists show it. */
export const ProviderSummary = z.strictObject({
  id: ProviderId,
  name: word,
  family: ProviderId,
  auth: z.string().describe('the type of `auth`'),
  grant: z.string().optional().describe('of OAuth 2.0, where it is not the authorization code'),
  docs: address.optional(),
  asks: z.array(word).describe('what has to be given: of a client, then of each account'),
})
export type ProviderSummary = z.infer<typeof ProviderSummary>

/** An entry as a reply shows it: with all that is open. */
export const ProviderReply = ProviderEntry.extend({
  auth: ProviderSummary.shape.auth,
  open: z.array(OpenField).describe('all that has to be, or may be, filled in to use it'),
  operations: z.string().optional().describe('where operations are listed that are known of it'),
})
export type ProviderReply = z.input<typeof ProviderReply>

const clientFields: readonly OpenField[] = [
  { path: '/auth/clientId', label: 'Client ID', required: true },
  { path: '/auth/clientSecret', label: 'Client secret', secret: true },
  { path: '/auth/scopes', label: 'Scopes' },
]
const consumerFields: readonly OpenField[] = [
  { path: '/auth/consumerKey', label: 'Consumer key', required: true },
  { path: '/auth/consumerSecret', label: 'Consumer secret', secret: true },
]
const fieldsByType: Readonly<Record<string, readonly OpenField[]>> = {
  oauth2: clientFields,
  oauth1: consumerFields,
}

/** What an entry leaves to whoever uses it: what its type needs and its definition does not say, and its own. */
export function openFields({ definition, open = [] }: ProviderEntry): OpenField[] {
  const auth: Readonly<Record<string, unknown>> = definition.auth
  const own = new Set(open.map(({ path }) => path))
  const needsNoClient = auth.grant === 'jwt_bearer'
  const byType = (fieldsByType[definition.auth.type] ?? []).flatMap((field) => {
    const name = field.path.slice('/auth/'.length)
    if (own.has(field.path) || (needsNoClient && name.startsWith('client'))) return []
    if (auth[name] === undefined) return [field]
    return Array.isArray(auth[name]) ? [{ ...field, help: `In place of ${auth[name].join(', ')}.` }] : []
  })
  return [...byType, ...open]
}

/** An entry as lists show it. */
export function summaryOf(entry: ProviderEntry): ProviderSummary {
  const { id, name, family, docs, definition, secret = {} } = entry
  const auth: Readonly<Record<string, unknown>> = definition.auth
  const own = openFields(entry).filter((field) => field.required || field.secret)
  const parameters = (definition.parameters ?? []).filter((parameter) => parameter.required)
  return {
    ...{ id, name, family, auth: definition.auth.type },
    ...(typeof auth.grant === 'string' && { grant: auth.grant }),
    ...(docs !== undefined && { docs }),
    asks: [
      ...own.map(({ label }) => label),
      ...parameters.map(({ name: parameter, label = parameter }) => label),
      ...Object.values(secret).map(({ label }) => label),
    ],
  }
}
