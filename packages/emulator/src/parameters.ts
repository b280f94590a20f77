import type { ProviderRequest } from './message.ts'
import { OAuthError } from './oauth-error.ts'

/** Request parameters by name; one that came empty counts as absent (RFC 6749 §3.1 and §3.2). */
export type Parameters = ReadonlyMap<string, string>

/** Refuses a parameter that came twice, as RFC 6749 §3.1 and §3.2 ask. */
export function parametersOf(encoded: string): Parameters {
  const parameters = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(encoded)) {
    if (parameters.has(name)) throw new OAuthError('invalid_request', `The parameter ${name} came twice.`)
    parameters.set(name, value)
  }
  for (const [name, value] of parameters) if (value === '') parameters.delete(name)
  return parameters
}

export function formParameters(request: ProviderRequest): Parameters {
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/x-www-form-urlencoded') {
    throw new OAuthError('invalid_request', 'The body must be application/x-www-form-urlencoded.')
  }
  return parametersOf(request.body.toString('utf8'))
}

export function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name)
  if (value === undefined) throw new OAuthError('invalid_request', `The parameter ${name} is missing.`)
  return value
}

export function scopesIn(parameters: Parameters): string[] {
  return (parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
}
