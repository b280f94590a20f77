import { isUtf8 } from 'node:buffer'
import { encodedQuery, joinedQuery } from './query.ts'

type Fields = Readonly<Record<string, unknown>>

/** Adds the definition's body fields, in place of the caller's of the same name; undefined where it cannot. */
export type Merge = (body: Buffer, fields: Fields) => Buffer | undefined

/** How fields get into a body of these headers; undefined where such a body goes as it is. */
export function mergeFor(
  contentType: string | undefined,
  contentEncoding: string | undefined,
): Merge | undefined {
  if (contentEncoding !== undefined && !/^(identity)?$/i.test(contentEncoding)) return undefined
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') return mergedForm
  if (type === 'application/json' || type?.endsWith('+json')) return mergedObject
  return undefined
}

function mergedForm(body: Buffer, fields: Fields): Buffer {
  const ours = Object.entries(fields).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  )
  const merged = joinedQuery(body.toString('latin1'), encodedQuery(ours), new Set(Object.keys(fields)))
  return Buffer.from(merged, 'latin1')
}

function mergedObject(body: Buffer, fields: Fields): Buffer | undefined {
  if (!isUtf8(body)) return undefined
  const text = body.toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  } catch {
    return undefined
  }
  const kept = members(text).filter(({ name }) => !Object.hasOwn(fields, name))
  const ours = Object.entries(fields).map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  )
  return Buffer.from(`{${[...kept.map(({ written }) => written), ...ours].join(',')}}`)
}

/** The members of an object as they are written in its text: to write them anew would round large numbers. */
function members(object: string): { readonly name: string; readonly written: string }[] {
  const found: { name: string; written: string }[] = []
  let depth = 0
  let start = 0
  let name: string | undefined
  for (const { 0: token, index } of object.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g)) {
    const isBoundary = (token === '{' && depth === 0) || (depth === 1 && (token === ',' || token === '}'))
    if (isBoundary) {
      if (name !== undefined) found.push({ name, written: object.slice(start, index) })
      start = index + 1
      name = undefined
    } else if (depth === 1 && token.startsWith('"')) name ??= JSON.parse(token) as string
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
  }
  return found
}
