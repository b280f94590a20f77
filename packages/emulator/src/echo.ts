import { jsonReply, type ProviderReply, type ProviderRequest } from './message.ts'

/** Tells a caller what its request looked like on arrival, with the credential blotted out wherever it occurs. */
export function echo(request: ProviderRequest, credential: string): ProviderReply {
  const { authorization, ...headers } = request.headers
  const scheme = authorization?.split(' ')[0] ?? ''
  const reply = jsonReply(200, {
    method: request.method,
    path: request.path,
    query: request.query,
    headers: { ...headers, ...(authorization === undefined ? {} : { authorization: `${scheme} [masked]` }) },
    ...bodyOf(request),
  })
  return { ...reply, body: String(reply.body).replaceAll(credential, '[masked]') }
}

function bodyOf({ body }: ProviderRequest): { body: string } | { bodyBase64: string } {
  const text = body.toString('utf8')
  return Buffer.from(text, 'utf8').equals(body) ? { body: text } : { bodyBase64: body.toString('base64') }
}
