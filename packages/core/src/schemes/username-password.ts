import type { Definition, Fault } from '@sallyport/contract'
import { parseTemplate, placeholders } from '../template/parse.ts'
import { render } from '../template/render.ts'
import { revealAll } from './reveal.ts'
import type { AskedSecret, Connection, Credential, TemplateField } from './scheme.ts'

/** What the `auth` block of a scheme with user name and password has in common with others of its kind. */
interface Sides {
  readonly username?: string | undefined
  readonly password?: string | undefined
}

const fields = ['username', 'password'] as const

/** Placeholders that an account's secret fills. */
export const sidePlaceholders = ['secret.username', 'secret.password']

/** The templates of both sides. */
export function sideTemplates(auth: Readonly<Record<string, unknown>>): TemplateField[] {
  return fields.flatMap((field): TemplateField[] => {
    const text = auth[field]
    return typeof text === 'string'
      ? [{ path: `/auth/${field}`, text, slot: 'text', filled: sidePlaceholders }]
      : []
  })
}

/** Either side, where a template holds it. */
export function askedSides(definition: Definition): AskedSecret[] {
  const auth = definition.auth as Sides
  const used = fields.flatMap((field) => placeholders(parseTemplate(auth[field] ?? `{secret.${field}}`)))
  const asked = fields.filter((field) => used.includes(`secret.${field}`))
  return asked.map((name) => (name === 'username' ? { name, isShown: true } : { name }))
}

/** What the account's secret lacks: either side may be empty, but not both where one is asked for. */
export function sideFaults(definition: Definition, given: Readonly<Record<string, unknown>>): Fault[] {
  const isAsked = askedSides(definition).length > 0
  if (!isAsked || given.username !== undefined || given.password !== undefined) return []
  return [{ path: '/secret', code: 'required', message: 'Give username, password, or both.' }]
}

/** User name and password as the API takes them, and what they were rendered with. */
export function renderedSides(connection: Connection, credential: Credential) {
  const auth = connection.definition.auth as Sides
  const values = {
    ...connection.values,
    'secret.username': '',
    'secret.password': '',
    ...revealAll(credential.secret, 'secret.'),
  }
  const side = (field: 'username' | 'password') =>
    render(parseTemplate(auth[field] ?? `{secret.${field}}`), values, 'text')
  return { username: side('username'), password: side('password'), values }
}
