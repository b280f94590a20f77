import type { Integration } from './queries.ts'

/** A field as it stands: its name for people, and its value as text. */
export type Field = readonly [name: string, value: string]

/** A part of a definition, in the order of the form. */
export interface Part {
  readonly title: string
  readonly fields: readonly Field[]
}

/** What a definition says beside its properties, parameters and hosts; parts that say nothing are left out. */
export function partsOf(integration: Integration): readonly Part[] {
  const { auth, placement, request, test, secretsSet } = integration
  const { type: _, ...block } = auth
  const secrets = (prefix: string): Field[] =>
    secretsSet
      .filter((path) => path.startsWith(prefix))
      .map((path) => [inWords(path.slice(prefix.length)), 'Set, never shown'])
  const placements = [placement ?? []].flat()
  const parts: readonly Part[] = [
    { title: 'Authentication', fields: [...fieldsOf(block), ...secrets('/auth/')] },
    {
      title: 'Auth token',
      fields: placements.flatMap((each, index) =>
        fieldsOf(each).map(
          ([name, value]): Field => [placements.length === 1 ? name : `${index + 1}. ${name}`, value],
        ),
      ),
    },
    {
      title: 'Request parameters',
      fields: [
        ...named('Header', request?.headers),
        ...named('Query parameter', request?.query),
        ...named('Body field', request?.body),
      ],
    },
    { title: 'Test request', fields: fieldsOf(test ?? {}) },
    {
      title: 'Advanced',
      fields: [
        ...(['limits', 'rateLimit', 'timeouts', 'retry'] as const).flatMap((name) =>
          integration[name] === undefined ? [] : [[inWords(name), text(integration[name])] as const],
        ),
        ...fieldsOf(integration.tls ?? {}).map(
          ([name, value]): Field => [`Client certificate: ${name}`, value],
        ),
        ...secrets('/tls/').map(([name, value]): Field => [`Client certificate: ${name}`, value]),
      ],
    },
  ]
  return parts.filter(({ fields }) => fields.length > 0)
}

/** `clientAuthentication` as “Client authentication”. */
export function inWords(name: string): string {
  const words = name
    .replace(/\//g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, (_, before: string, next: string) => `${before} ${next.toLowerCase()}`)
    .replace(/\burl\b/gi, 'URL')
    .replace(/\bid\b/gi, 'ID')
    .replace(/\b(jwt|pkce|dpop|tls)\b/gi, (word) => word.toUpperCase())
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function fieldsOf(block: object): Field[] {
  return Object.entries(block)
    .filter(([, value]) => !isNothing(value))
    .map(([name, value]) => [inWords(name), text(value)])
}

function named(kind: string, values: Readonly<Record<string, unknown>> = {}): Field[] {
  return Object.entries(values).map(([name, value]) => [`${kind} ${name}`, text(value)])
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function text(value: unknown): string {
  // A space alone would be nothing to see.
  if (typeof value === 'string') return value.trim() === '' ? JSON.stringify(value) : value
  const isList = Array.isArray(value) && value.every((item) => typeof item !== 'object')
  return isList ? value.join('  ') : value === true ? 'yes' : JSON.stringify(value)
}
