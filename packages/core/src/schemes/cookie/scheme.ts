import type { CookieLogin, Definition } from '@sallyport/contract'
import { keepFaults } from '../keep-faults.ts'
import { asOnCalls, logOut } from '../log-out.ts'
import {
  type Block,
  keepsIn,
  requestFields,
  stepFields,
  stepKeeps,
  stepsOf,
  stepTokens,
} from '../login-templates.ts'
import { placeValues } from '../placement.ts'
import { previewOf } from '../request-preview.ts'
import type { Connection, Credential, Scheme, SchemePorts, TemplateField } from '../scheme.ts'
import { namedIn, stepPreviews } from '../step-previews.ts'
import { tokenValues } from '../token-values.ts'
import { fetchSession, logIn } from './fetch-session.ts'

const asCookie = { in: 'header', name: 'Cookie', template: '{token}' } as const

/** A session in cookies: those that a login's reply sets; logged in again when it ends. */
export const cookieScheme: Scheme = {
  templates,
  keeps: (auth) => [...stepKeeps(auth), ...keepsIn(auth.loginReply)],
  faults: (auth) =>
    stepsOf(auth).flatMap(({ reply }, index) => keepFaults(`/auth/steps/${index}/reply`, reply)),
  placeable: (auth) => ['token', ...stepTokens(auth)],
  defaultPlacement: [asCookie],
  secretFaults: () => [],
  connects: () => 'fetched',
  fetch: fetchSession,
  renew: fetchSession,
  renewable: () => true,

  revocable: (definition) => block(definition).logoutUrl !== undefined,
  revoke: endSession,
  previews: ({ auth }) => [
    ...stepPreviews((auth as CookieLogin).steps),
    previewOf('token', (ports, { connection, credential }) => logIn(ports, connection, namedIn(credential)), {
      ...((auth as CookieLogin).steps && { follows: ['step'] }),
    }),
    ...((auth as CookieLogin).logoutUrl === undefined
      ? []
      : [
          previewOf('revocation', (ports, { connection, credential }) =>
            endSession(ports, connection, credential),
          ),
        ]),
  ],

  authErrors: (definition) => block(definition).authErrors,
  renewal: (definition) => block(definition).renewal,

  place(connection, { tokens }, placements) {
    const values = tokenValues(tokens)
    const session = isPlain(connection) ? values['token.plain'] : values.token
    const all = { ...connection.values, ...values, token: session ?? '' }
    const csrf = Object.entries(csrfHeader(connection)).map(
      ([name, template]) => ({ in: 'header', name, template }) as const,
    )
    const given = csrf.filter(({ template }) => connection.holds(template, values))
    return placeValues([...placements, ...given], all)
  },

  token: () => undefined,
}

async function endSession(
  ports: SchemePorts,
  connection: Connection,
  { tokens }: Credential,
): Promise<'done' | 'unsupported'> {
  const { logoutUrl: url, logoutRequest } = block(connection.definition)
  if (url === undefined || !tokens) return 'unsupported'
  const placements = [connection.definition.placement ?? asCookie].flat()
  const template = asOnCalls(logoutRequest, url, placements)
  return logOut(ports, connection, {
    url,
    template: { ...template, headers: { ...csrfHeader(connection), ...template.headers } },
    method: 'POST',
    values: tokenValues(tokens),
    redirects: 'read',
  })
}

/** What is marked Secure travels over https alone (RFC 6265 §4.1.2.5). */
function isPlain(connection: Connection): boolean {
  const { baseUrl } = connection.definition
  return baseUrl !== undefined && /^http:/i.test(connection.renderUrl(baseUrl))
}

function csrfHeader({ definition }: Connection): Record<string, string> {
  const { csrf } = block(definition)
  return csrf ? { [csrf.header]: '{token.csrf}' } : {}
}

function templates(auth: Block): TemplateField[] {
  const names = stepTokens(auth)
  const fields = (prefix: 'login' | 'logout', filled: readonly string[]) =>
    requestFields(
      { url: `/auth/${prefix}Url`, template: `/auth/${prefix}Request` },
      { url: auth[`${prefix}Url`], template: auth[`${prefix}Request`] },
      filled,
    )
  return [
    ...stepFields(auth),
    ...fields('login', names),
    ...fields('logout', [...names, 'token', 'token.csrf']),
  ]
}

function block(definition: Definition): CookieLogin {
  return definition.auth as CookieLogin
}
