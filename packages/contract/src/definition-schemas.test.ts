import { expect, test } from 'vitest'
import { definitionSchemas, type FormSchema } from './definition-schemas.ts'
import { definitionSecretPaths } from './schemes/index.ts'

const { integration, oauthClient } = definitionSchemas()

/** Every schema below one, with the JSON Pointer of what it is of; of lists the whole. */
function below(schema: FormSchema, path = ''): (readonly [path: string, schema: FormSchema])[] {
  const { properties = {}, items, anyOf = [], oneOf = [] } = schema
  return [
    [path, schema],
    ...Object.entries(properties).flatMap(([name, inner]) => below(inner, `${path}/${name}`)),
    ...(items ? below(items, path) : []),
    ...[...anyOf, ...oneOf].flatMap((inner) => below(inner, path)),
  ]
}

function writeOnly(input: FormSchema): string[] {
  const paths = below(input).flatMap(([path, schema]) => (schema.writeOnly ? [path] : []))
  return [...new Set(paths)].sort()
}

test('exactly the secrets of definitions are marked as never shown', () => {
  expect(writeOnly(integration.input)).toEqual([...definitionSecretPaths].sort())
  const ofClients = definitionSecretPaths
    .filter((path) => /^\/auth\/(client|jwt|registration|tls)/.test(path))
    .map((path) => path.slice('/auth'.length))
  expect(writeOnly(oauthClient.input)).toEqual(ofClients.sort())
})

test('each type of authentication has a title, and so has the reference to a shared client', () => {
  const titles = (integration.input.properties?.auth?.anyOf ?? []).map(({ title }) => title)
  expect(titles).toHaveLength(12)
  expect(titles.every((title) => title !== undefined)).toBe(true)
  expect(new Set(titles).size).toBe(12)
})

test('a condition names a choice that its neighbour has', () => {
  for (const [path, { properties = {} }] of below(integration.input)) {
    for (const [name, { 'x-when': when = {} }] of Object.entries(properties)) {
      for (const [neighbour, values] of Object.entries(when)) {
        expect(properties[neighbour]?.enum, `${path}/${name}`).toEqual(expect.arrayContaining([...values]))
      }
    }
  }
})

test('what only replies have is no part of what is written', () => {
  expect(integration.replyOnly).toEqual([
    ...['id', 'redirectUri', 'secretsSet', 'warnings', 'createdAt', 'updatedAt'],
  ])
  expect(oauthClient.replyOnly).toEqual([
    ...['redirectUri', 'id', 'secretsSet', 'warnings', 'usedBy', 'uses', 'createdAt', 'updatedAt'],
  ])
})
