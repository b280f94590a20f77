import { z } from 'zod'
import { Json } from './json.ts'
import { Key } from './key.ts'
import { Parameter } from './parameter.ts'
import { HeaderName, Placement } from './placement.ts'
import { providerNote } from './provider-note.ts'
import { Auth } from './schemes/index.ts'
import { TlsIdentity } from './schemes/tls-identity.ts'
import { Limits, RateLimit, Retries, Timeouts } from './traffic.ts'

/** An HTTP method (RFC 9110 §9.1). */
export const Method = z.string().regex(/^[A-Z]{1,20}$/, 'must be an HTTP method in capitals, as GET')

const template = z.string().max(8192).meta({ format: 'template' })

/** Headers, query parameters and body fields that go with every request. */
export const RequestParameters = z.strictObject({
  headers: z.record(HeaderName, template).optional(),
  query: z.record(z.string().min(1).max(200), template).optional().describe('parameters of the query'),
  body: z.record(z.string().min(1).max(200), Json).optional().meta({
    format: 'template',
    description: 'fields that are merged into bodies of JSON objects and forms',
  }),
})

/** A request that shows whether an account works. */
export const TestRequest = z.strictObject({
  method: Method.default('GET'),
  path: z.string().max(4096).meta({ format: 'template', description: 'appended to the base URL' }),
  status: z.int().min(100).max(599).optional().describe('default: any 2xx'),
})

/** The only hosts that a credential may be sent to. */
export const hosts = z.array(z.string().min(1).max(300)).min(1).max(200).optional().meta({
  'x-section': 'hosts',
  description:
    'the only hosts that the credential may be sent to: exact, or `*.example.com`; default: those of the definition’s URLs',
})

/** What every definition is called; forms ask for it in whatever view. */
export const ownKey = Key.meta({ 'x-section': 'properties', 'x-simple': true, 'x-immutable': true })
export const ownName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .meta({ 'x-section': 'properties', 'x-simple': true, 'x-order': -1 })

const advanced = { 'x-section': 'advanced' }

/** An organization's definition of how to authenticate to one API. */
export const IntegrationInput = z.strictObject({
  key: ownKey,
  name: ownName,
  ...providerNote,
  baseUrl: z.string().min(1).max(4096).optional().meta({
    title: 'Base URL',
    format: 'template',
    'x-section': 'properties',
    description: 'what paths of requests are appended to',
  }),
  parameters: z
    .array(Parameter)
    .max(100)
    .optional()
    .meta({ 'x-section': 'parameters', description: 'asked for when an account is connected' }),
  auth: Auth.meta({ title: 'Authentication', 'x-section': 'authentication' }),
  placement: z
    .union([Placement, z.array(Placement).min(1).max(10)])
    .optional()
    .meta({ title: 'Placement', 'x-section': 'placement', description: 'where the token goes' }),
  hosts,
  request: RequestParameters.optional().meta({ 'x-section': 'request' }),
  tls: TlsIdentity.optional().meta({
    title: 'Mutual TLS',
    'x-section': 'advanced',
    description: 'a client certificate, or an authority to trust, for all requests',
  }),
  test: TestRequest.optional().meta({
    title: 'Test request',
    'x-section': 'advanced',
    description: 'shows whether an account works',
  }),
  limits: Limits.optional().meta(advanced),
  rateLimit: RateLimit.optional().meta(advanced),
  timeouts: Timeouts.optional().meta(advanced),
  retry: Retries.optional().meta(advanced),
})
export type Definition = z.infer<typeof IntegrationInput>

/** Something that works, but that its owner should know. */
export const Warning = z.object({ code: z.string(), message: z.string() })
export type Warning = z.infer<typeof Warning>

/** An integration as replies show it: the definition without its secrets. */
export const IntegrationReply = IntegrationInput.extend({
  id: z.string(),
  redirectUri: z.string().optional().describe('to be registered at the provider'),
  secretsSet: z.array(z.string()).describe('JSON Pointers of the secrets that are stored'),
  warnings: z.array(Warning),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type IntegrationReply = z.infer<typeof IntegrationReply>
