import { basicCredentials } from './basic-credentials.ts'
import type { Behaviour } from './behaviour.ts'
import { jsonReply, methodNotAllowed, type ProviderReply, type ProviderRequest } from './message.ts'
import { sameSecret } from './same-secret.ts'

/** `GET /keyed/me`: an API key as `X-Api-Key` or as `api_key` in the query, one of them. */
export function keyedMe(behaviour: Behaviour, request: ProviderRequest): ProviderReply {
  if (request.method !== 'GET') return methodNotAllowed('GET')
  const inHeader = [request.headers['x-api-key'] ?? []].flat()
  const inQuery = new URLSearchParams(request.query).getAll('api_key')
  const [key, ...others] = [...inHeader, ...inQuery]
  if (key === undefined || others.length > 0 || !sameSecret(key, behaviour.apiKey)) {
    return jsonReply(401, { error: 'invalid_key' }, { 'WWW-Authenticate': 'ApiKey' })
  }
  return jsonReply(200, { subject: behaviour.subject, keyIn: inHeader.length > 0 ? 'header' : 'query' })
}

/** `GET /basic/me`: user name and password (RFC 7617). */
export function basicMe(behaviour: Behaviour, request: ProviderRequest): ProviderReply {
  if (request.method !== 'GET') return methodNotAllowed('GET')
  const pair = basicCredentials(request.headers.authorization)
  const { username, password } = behaviour.basic
  if (!pair || !sameSecret(pair.user, username) || !sameSecret(pair.password, password)) {
    const header = { 'WWW-Authenticate': 'Basic realm="basic", charset="UTF-8"' }
    return jsonReply(401, { error: 'invalid_credentials' }, header)
  }
  return jsonReply(200, { subject: pair.user })
}
