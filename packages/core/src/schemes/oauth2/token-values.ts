import type { TemplateValues } from '../../template/render.ts'
import { requestValues } from '../request-values.ts'
import { revealAll } from '../reveal.ts'
import type { Connection, SchemePorts, Tokens } from '../scheme.ts'
import { computedValues } from './computed.ts'

/** What a request's templates are filled with, beside the connection's own values. */
export function valuesOfRequest(
  ports: Pick<SchemePorts, 'clock' | 'random'>,
  connection: Connection,
  more: TemplateValues,
): TemplateValues {
  const values = { ...requestValues(ports), ...more }
  return { ...values, ...computedValues(connection, values) }
}

/** Tokens as placeholders; a renewal's, a revocation's and a placement's. */
export function tokenValues(tokens: Tokens | undefined): Record<string, string> {
  if (!tokens) return {}
  const token = tokens.accessToken.reveal()
  return {
    ...revealAll(tokens.named ?? {}, 'token.'),
    token,
    'token.accessToken': token,
    ...(tokens.refreshToken && { 'token.refreshToken': tokens.refreshToken.reveal() }),
  }
}

/** Standard parameters of a token request, by the names that templates know them by. */
export function parameterValues(
  parameters: Readonly<Record<string, string | readonly string[]>>,
): Record<string, string> {
  const names = {
    code: 'code',
    code_verifier: 'codeVerifier',
    redirect_uri: 'redirectUri',
    scope: 'scope',
    username: 'secret.username',
    password: 'secret.password',
  }
  return Object.fromEntries(
    Object.entries(names).flatMap(([standard, name]) => {
      const value = parameters[standard]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

/** Which of these values nobody may read in what a provider says. */
export function secretsAmong(connection: Connection, values: TemplateValues): string[] {
  const parameters = (connection.definition.parameters ?? []).flatMap(({ name, secret }) =>
    secret ? [connection.values[name] ?? ''] : [],
  )
  const open = /^(request\..+|scope|redirectUri|client\.id|secret\.username|account\..+)$/
  const own = Object.entries(values).flatMap(([name, value]) => (open.test(name) ? [] : [value]))
  return [...parameters, ...own].filter(Boolean)
}
