import { type HttpStep, type OperationBody, OperationInput, type Step } from '@sallyport/contract'
import type { ApiDocument } from './api-document.ts'
import { bodyTemplate } from './body.ts'
import {
  type DocumentBody,
  type DocumentOperation,
  nameOf,
  type OperationDetails,
} from './document-operation.ts'
import { isMembers, type Located, member, textOf } from './located.ts'
import { oneLine } from './one-line.ts'
import { openApiDetails } from './openapi3.ts'
import { placeParameters } from './parameters.ts'
import { replyDraft } from './reply.ts'
import { RequestDraft } from './request-draft.ts'
import { defaultAddress } from './servers.ts'
import { swaggerDetails } from './swagger2.ts'

export interface OperationDraftOptions {
  readonly document: ApiDocument
  readonly operation: DocumentOperation
  readonly item: Located
  readonly key: string
  readonly adapter: string | undefined
  readonly integration: string | undefined
}

/** An operation of the document as one of ours, or undefined where it cannot be: then it is named. */
export function operationDraft(options: OperationDraftOptions): OperationInput | undefined {
  const { document, operation, item, key, adapter, integration } = options
  const draft = new RequestDraft(document, nameOf(operation))
  const details =
    document.specification === '2.0'
      ? swaggerDetails(document, operation, item)
      : openApiDetails(document, operation, item)
  const { steps, output, outputSchema } = stepsOf(draft, operation, details)
  const written = {
    key,
    name: oneLine(textOf(operation.at, 'summary') ?? '') || oneLine(nameOf(operation)) || key,
    ...described(operation.at),
    ...(adapter !== undefined && { adapter }),
    ...(integration !== undefined && { integration }),
    input: draft.input,
    steps,
    ...(output !== undefined && { output }),
    ...(outputSchema && { outputSchema }),
  }
  const parsed = OperationInput.safeParse(written)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  draft.skip(
    operation.at,
    'operation',
    `It cannot be said as an operation: ${issue?.path.join('/')}: ${issue?.message}`,
  )
  return undefined
}

function stepsOf(draft: RequestDraft, operation: DocumentOperation, details: OperationDetails) {
  const [written = '', fixed] = operation.path.split('?', 2)
  const path = placeParameters(draft, written.replace(/#.*$/s, ''), details.parameters)
  // A few documents tell operations apart by what stands in the query.
  for (const [name, value] of new URLSearchParams(fixed)) draft.query[name] = value
  const body = details.body && bodyOf(draft, operation, details.body)
  const reply = replyDraft(draft, details.reply)
  if (reply.accept !== undefined) draft.headers.Accept = reply.accept
  const request: HttpStep = {
    kind: 'http',
    name: 'request',
    method: operation.method,
    ...addressed(draft, details.server, path),
    ...(Object.keys(draft.query).length > 0 && { query: draft.query as NonNullable<HttpStep['query']> }),
    ...(Object.keys(draft.headers).length > 0 && { headers: draft.headers }),
    ...(body && { body }),
    ...(reply.as !== 'auto' && { reply: { as: reply.as } }),
  }
  const { expression } = draft.prepared
  const prepare: Step[] = expression === undefined ? [] : [{ kind: 'transform', name: 'prepare', expression }]
  return {
    steps: [...prepare, request],
    output: reply.hasBody ? '{steps.request.body}' : undefined,
    outputSchema: reply.schema,
  }
}

function bodyOf(
  draft: RequestDraft,
  { method }: DocumentOperation,
  body: DocumentBody,
): OperationBody | undefined {
  if (isEmpty(body)) return undefined
  if (method !== 'GET' && method !== 'HEAD') return bodyTemplate(draft, body)
  draft.skip(body.at, 'body', `${method} has no body.`)
  return undefined
}

/** Generators write a form without fields where there is none. */
function isEmpty({ contents }: DocumentBody): boolean {
  return contents.every(({ schema }) => {
    const properties = schema && member(schema, 'properties')?.value
    return isMembers(properties) && Object.keys(properties).length === 0
  })
}

/** Where it goes: below the base URL, or to a server of its own. */
function addressed(
  draft: RequestDraft,
  server: Located | undefined,
  path: string,
): Pick<HttpStep, 'path' | 'url'> {
  const address = server && defaultAddress(server)
  if (server && address === undefined) {
    draft.skip(server, 'server', 'Its own server is no whole address: it goes to the integration’s base URL.')
  }
  return address === undefined ? { path } : { path: '', url: address.replace(/\/$/, '') + path }
}

function described(at: Located): { readonly description?: string } {
  const text = textOf(at, 'description')?.trim()
  return text ? { description: text.slice(0, 4000) } : {}
}
