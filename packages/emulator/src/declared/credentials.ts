import type { AuthOf, Definition } from '@sallyport/contract'
import { basicCredentials } from '../basic-credentials.ts'
import type { ProviderRequest } from '../message.ts'
import { awsSigv4Faults } from './aws-sigv4.ts'
import type { Context } from './context.ts'
import { sessionFaults } from './cookie-login.ts'
import { digestFaults } from './digest.ts'
import { hmacFaults } from './hmac.ts'
import { stages } from './issue-tokens.ts'
import { signedJwtFaults } from './jwt-check.ts'
import { tokenFaults } from './login-requests.ts'
import { oauth1CallFaults } from './oauth1.ts'
import { captured, filled, type Values } from './template.ts'

type Check = (context: Context, request: ProviderRequest, brought: Values) => string[]

/** Whether a credential that stands where it is declared is one that is taken. */
export function credentialFaults(context: Context, request: ProviderRequest, brought: Values): string[] {
  return checks[context.definition.auth.type](context, request, brought)
}

const checks: Readonly<Record<Definition['auth']['type'], Check>> = {
  api_token: ({ values }, _request, { token }) =>
    token === undefined || token === values['secret.token']
      ? []
      : ['the token is not the one that was given out'],
  basic: (context, request) => {
    const pair = basicCredentials(request.headers.authorization)
    if (!pair) return ['HTTP basic is missing']
    const { username = '{secret.username}', password = '{secret.password}' } = context.definition
      .auth as AuthOf<'basic'>
    return [
      ...differs('the user name', username, pair.user, context.values),
      ...differs('the password', password, pair.password, context.values),
    ]
  },
  oauth2: (context, _request, brought) => [
    ...tokenFaults(context, brought),
    ...stageFaults(context, brought),
  ],
  oauth1: oauth1CallFaults,
  custom_token: (context, _request, brought) => tokenFaults(context, brought),
  cookie: sessionFaults,
  digest: digestFaults,
  hmac: hmacFaults,
  jwt: (context, _request, { token = '' }) =>
    signedJwtFaults(context, context.definition.auth as AuthOf<'jwt'>, token),
  aws_sigv4: awsSigv4Faults,
  sftp: () => ['files are not served over HTTP'],
}

/** A token that has to be exchanged opens nothing before it is. */
function stageFaults({ book, definition }: Context, brought: Values): string[] {
  const token = book.living(brought.token ?? brought['token.accessToken'] ?? '')
  const { all, afterRenewal } = stages(definition.auth as AuthOf<'oauth2'>)
  const isLast = !token || token.stage === all || (all > 0 && token.stage === afterRenewal + all)
  return isLast ? [] : ['the access token has to be exchanged first']
}

function differs(what: string, template: string, text: string, values: Values): string[] {
  if (filled(template, values) === text || captured(template, text, values)) return []
  return [`${what} is not ${template}`]
}
