import { type ApiDocument, follow } from './api-document.ts'
import {
  type DocumentBody,
  type DocumentContent,
  type DocumentOperation,
  type DocumentParameter,
  nameOf,
  type OperationDetails,
} from './document-operation.ts'
import { isTrue, type Located, member, members, textOf } from './located.ts'
import { parameterEntries, skipCookie } from './parameter-entries.ts'
import { replyOf } from './reply-entry.ts'

/** What an operation of OpenAPI 3 takes and gives. */
export function openApiDetails(
  document: ApiDocument,
  operation: DocumentOperation,
  item: Located,
): OperationDetails {
  const name = nameOf(operation)
  const parameters = parameterEntries(document, operation, item).flatMap((at) =>
    parameterOf(document, name, at),
  )
  const body = member(operation.at, 'requestBody')
  const reply = replyOf(document, operation)
  return {
    parameters,
    body: body && bodyOf(document, name, body),
    reply: reply ? contentsOf(reply) : [],
    server: serverOf(operation.at) ?? serverOf(item),
  }
}

function parameterOf(document: ApiDocument, operation: string, at: Located): DocumentParameter[] {
  const name = textOf(at, 'name')
  const place = textOf(at, 'in')
  if (name === undefined || (place !== 'path' && place !== 'query' && place !== 'header')) {
    return skipCookie(document, operation, at)
  }
  const [content] = contentsOf(at)
  const style = textOf(at, 'style') ?? (place === 'query' ? 'form' : 'simple')
  const explode = member(at, 'explode')?.value
  return [
    {
      at,
      name,
      in: place,
      required: place === 'path' || isTrue(at, 'required'),
      description: textOf(at, 'description'),
      schema: content?.schema ?? member(at, 'schema') ?? { value: {}, path: at.path },
      style: {
        name: style,
        explode: typeof explode === 'boolean' ? explode : style === 'form' || style === 'deepObject',
      },
      mediaType: content?.mediaType,
    },
  ]
}

function bodyOf(document: ApiDocument, operation: string, written: Located): DocumentBody | undefined {
  const at = follow(document, written, operation)
  return at && { at, required: isTrue(at, 'required'), contents: contentsOf(at) }
}

function contentsOf(at: Located): DocumentContent[] {
  const content = member(at, 'content')
  return (content ? members(content) : []).map(([mediaType, entry]) => ({
    mediaType: mediaType.toLowerCase(),
    schema: member(entry, 'schema'),
    encoding: member(entry, 'encoding'),
    at: entry,
  }))
}

function serverOf(at: Located): Located | undefined {
  const servers = member(at, 'servers')
  return servers && Array.isArray(servers.value) && servers.value.length > 0
    ? { value: servers.value[0] as unknown, path: `${servers.path}/0` }
    : undefined
}
