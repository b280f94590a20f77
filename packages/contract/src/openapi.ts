import { z } from 'zod'
import { type Endpoint, endpoints, successStatus } from './endpoints.ts'
import { type ErrorCode, errors } from './errors.ts'
import { FolderReply } from './file.ts'
import { Problem } from './problem.ts'
import { mostRetries } from './traffic.ts'

const everyCallMayFailWith: readonly ErrorCode[] = [
  'key_invalid',
  'session_invalid',
  'scope_missing',
  'media_type_unsupported',
  'limit_reached',
  'internal',
]
const everyBodyMayFailWith: readonly ErrorCode[] = ['malformed_json', 'body_too_large']

/** The OpenAPI 3.1 document, derived from the table of endpoints. */
export function openApiDocument(publicUrl: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    paths[endpoint.path] ??= {}
    Object.assign(paths[endpoint.path] ?? {}, {
      [endpoint.method.toLowerCase()]: operation(name, endpoint),
    })
  }
  return referringToComponents({
    openapi: '3.1.0',
    info: {
      title: 'Sallyport',
      version: '0.1.0',
      description: 'Define how an API authenticates, connect accounts, and call it through /proxy.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    security: [{ key: [] }, { session: [] }],
    paths: { ...paths, '/proxy/{account}/{path}': proxyPath(), '/sftp/{account}/{path}': filesPath() },
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A Sallyport key: `sp_…`' },
        session: {
          ...{ type: 'apiKey', in: 'cookie', name: '__Host-sallyport' },
          description:
            'Of a browser that somebody has logged in with, at /login; where there is a key as well, the key decides. What changes something brings the header `Sallyport-Csrf` besides, and comes from a page of the public address. A GET with `Sallyport-Background: 1`, of what a page asks for by itself, is no use of the session, which ends after half an hour without use. Over plain http the cookie is called `sallyport`.',
        },
      },
      schemas: { Problem: jsonSchema(Problem, 'output') },
    },
  })
}

/** References are looked up from the document's root, so what a schema defines for itself has to stand there. */
function referringToComponents<Document extends { readonly components: { readonly schemas: object } }>(
  document: Document,
): Document {
  const definitions: Record<string, unknown> = {}
  const withoutDefinitions = JSON.stringify(document, (name, value: unknown) => {
    if (name !== '$defs') return value
    Object.assign(definitions, value)
    return undefined
  })
  const { components, ...rest } = JSON.parse(withoutDefinitions) as Document
  const whole = { ...rest, components: { ...components, schemas: { ...components.schemas, ...definitions } } }
  return JSON.parse(JSON.stringify(whole).replaceAll('"#/$defs/', '"#/components/schemas/')) as Document
}

function operation(name: string, endpoint: Endpoint): Record<string, unknown> {
  return {
    operationId: name,
    summary: endpoint.summary,
    description: `${scopesOf(endpoint)}${proofOf(endpoint)}`,
    parameters: [...parameters(endpoint.params, 'path'), ...parameters(endpoint.query, 'query')],
    ...requestBody(endpoint.body),
    responses: {
      [successStatus(endpoint)]: reply(endpoint),
      ...failures(errorsOf(endpoint)),
    },
  }
}

function scopesOf({ scope, scopeBesides }: Endpoint): string {
  if (scope === undefined) return 'Needs no scope.'
  return scopeBesides === undefined
    ? `Needs the scope \`${scope}\`.`
    : `Needs the scopes \`${scope}\` and \`${scopeBesides}\`.`
}

/** What is asked of a session besides. */
function proofOf({ stepUp }: Endpoint): string {
  if (stepUp === undefined) return ''
  const when =
    stepUp === true
      ? ''
      : `, where the body has one of ${stepUp.with.map((path) => `\`${path}\``).join(', ')}`
  return ` A session needs a proof of who the person is that is less than ten minutes old${when}: else \`step_up\`.`
}

/** The row's own errors, and those that its kind of input brings. */
function errorsOf({ errors: own, method, stepUp, body, query }: Endpoint): ErrorCode[] {
  const hasQuery = Object.keys(jsonSchema(query, 'input').properties ?? {}).length > 0
  const hasCheckedBody = body !== undefined && !('definition' in body || 'unread' in body)
  return [
    ...own,
    ...(hasQuery || hasCheckedBody ? (['input_invalid'] as const) : []),
    ...(body ? everyBodyMayFailWith : []),
    ...(method === 'GET' ? [] : (['csrf_refused'] as const)),
    ...(stepUp === undefined ? [] : (['step_up'] as const)),
    ...everyCallMayFailWith,
  ]
}

function requestBody(body: Endpoint['body']): Record<string, unknown> {
  if (!body) return {}
  const schema = 'definition' in body ? body.definition : 'unread' in body ? body.unread : body
  return {
    requestBody: {
      // Where everything is optional, so is the body.
      required: !schema.safeParse({}).success,
      content: { 'application/json': { schema: jsonSchema(schema, 'input') } },
    },
  }
}

function reply(endpoint: Endpoint): Record<string, unknown> {
  if (!endpoint.reply) return { description: 'Done' }
  return {
    description: endpoint.summary,
    content: {
      [endpoint.isLines ? 'application/x-ndjson' : 'application/json']: {
        schema: jsonSchema(endpoint.reply, 'output'),
      },
      ...(endpoint.lines && { 'application/x-ndjson': { schema: jsonSchema(endpoint.lines, 'output') } }),
    },
  }
}

function failures(codes: readonly ErrorCode[]): Record<string, unknown> {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of new Set(codes)) {
    byStatus.set(errors[code].status, [...(byStatus.get(errors[code].status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, these]) => [
      status,
      {
        description: these.map((code) => `\`${code}\`: ${errors[code].message}`).join('\n\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

function parameters(schema: z.ZodType, where: 'path' | 'query'): Record<string, unknown>[] {
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, unknown>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }))
}

const parameter = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } })
const header = (name: string, description: string, schema: object) => ({
  ...{ name, in: 'header', required: false, description, schema },
})

const proxyHeaders = [
  header('Sallyport-Target', 'an absolute address, within `hosts`, in place of base URL and path', {
    type: 'string',
  }),
  header('Sallyport-Timeout', 'longest wait for the first byte of the reply, as 30s or 500ms', {
    type: 'string',
    pattern: '^\\d{1,7}(ms|s)$',
  }),
  header(
    'Sallyport-Retry',
    'how often to send again what failed transiently; only what may safely be repeated is',
    { type: 'integer', minimum: 0, maximum: mostRetries },
  ),
]

function proxyPath(): Record<string, unknown> {
  const operations = ['get', 'post', 'put', 'patch', 'delete'].map((method) => [
    method,
    {
      operationId: `proxy${method.charAt(0).toUpperCase()}${method.slice(1)}`,
      summary: 'Call the API as this account; any method passes',
      description: 'Needs the scope `proxy:call`. The reply is the API’s own.',
      parameters: [parameter('account'), parameter('path'), ...proxyHeaders],
      responses: {
        default: { description: 'The API’s reply, or a problem with `Sallyport-Error`' },
      },
    },
  ])
  return Object.fromEntries(operations)
}

/** Every failure that the server of files, or the way to it, may bring. */
const filesMayFailWith: readonly ErrorCode[] = [
  ...(['path_refused', 'key_invalid', 'scope_missing', 'permission_denied', 'address_blocked'] as const),
  ...(['host_not_allowed', 'not_found', 'file_not_found', 'not_a_file', 'not_a_folder'] as const),
  ...(['folder_not_empty', 'account_pending', 'account_disabled', 'account_needs_reconnect'] as const),
  ...(['host_key_unknown', 'login_refused', 'private_key_invalid', 'passphrase_required'] as const),
  ...(['passphrase_wrong', 'range_not_satisfiable', 'passage_unsupported', 'limit_reached'] as const),
  ...(['upstream_unreachable', 'host_key_changed', 'file_operation_failed', 'upstream_timeout'] as const),
  'disk_full',
]

function filesPath(): Record<string, unknown> {
  const bytes = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
  const folder = { 'application/json': { schema: jsonSchema(FolderReply, 'output') } }
  const done = (description: string) => ({ description })
  const of = (operationId: string, summary: string, rest: object, responses: object) => ({
    operationId,
    summary,
    description: 'Needs the scope `proxy:call`.',
    parameters: [parameter('account'), parameter('path')],
    ...rest,
    responses: { ...responses, ...failures(filesMayFailWith) },
  })
  const read = {
    200: { description: 'The file, or what lies in the folder', content: { ...bytes, ...folder } },
    206: { description: 'The range that was asked for', content: bytes },
  }
  return {
    get: of('readFile', 'Read a file, or with a slash at the end a folder', {}, read),
    head: of('inspectFile', 'The same without its content', {}, { 200: done('There is one') }),
    put: of(
      'writeFile',
      'Write a file, or with a slash at the end make a folder',
      { requestBody: { content: bytes } },
      { 201: done('Created'), 204: done('Replaced') },
    ),
    delete: of(
      'deleteFile',
      'Delete a file, or with a slash at the end an empty folder',
      {},
      {
        204: done('Deleted'),
      },
    ),
  }
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  })
  return rest
}
