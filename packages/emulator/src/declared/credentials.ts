import type { AuthOf, Definition } from '@sallyport/contract'
import { basicCredentials } from '../basic-credentials.ts'
import type { ProviderRequest } from '../message.ts'
import type { Context } from './context.ts'
import { stages } from './issue-tokens.ts'
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
  oauth2: (context, _request, brought) =>
    Object.entries(brought).flatMap(([name, value]) => {
      if (!/^token(\.|$)/.test(name)) return []
      const token = context.book.living(value)
      if (!token) return ['the access token is not accepted: unknown, expired or revoked']
      const kind = name === 'token' || name === 'token.accessToken' ? 'access' : name.slice('token.'.length)
      if (token.name !== kind)
        return [`the token is the one that is called ${token.name}, and ${kind} is declared`]
      const { all, afterRenewal } = stages(context.definition.auth as AuthOf<'oauth2'>)
      const isLast = kind !== 'access' || token.stage === all || token.stage === afterRenewal + all
      return isLast ? [] : ['the access token has to be exchanged first']
    }),
  oauth1: oauth1CallFaults,
  custom_token: notEmulated,
  cookie: notEmulated,
  digest: notEmulated,
  hmac: notEmulated,
  jwt: notEmulated,
  aws_sigv4: notEmulated,
  sftp: () => ['files are not served over HTTP'],
}

function notEmulated({ definition }: Context): string[] {
  return [`calls of the type ${definition.auth.type} are not emulated`]
}

function differs(what: string, template: string, text: string, values: Values): string[] {
  if (filled(template, values) === text || captured(template, text, values)) return []
  return [`${what} is not ${template}`]
}
