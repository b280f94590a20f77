import { createHash, createHmac } from 'node:crypto'
import type { AuthOf } from '@sallyport/contract'
import type { ProviderRequest } from '../message.ts'
import type { Context } from './context.ts'
import { filled } from './template.ts'

/** Whether a call is signed by AWS Signature Version 4, for the region and service that the definition says. */
export function awsSigv4Faults({ definition, values, now }: Context, request: ProviderRequest): string[] {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
  const [, id, day = '', region, service = '', names = '', signature] =
    pattern.exec(request.headers.authorization ?? '') ?? []
  if (id === undefined) return ['the header Authorization is no signature of AWS']
  const auth = definition.auth as AuthOf<'aws_sigv4'>
  const time = String(request.headers['x-amz-date'] ?? '')
  const moment = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  const scope = `${day}/${region}/${service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', time, scope, hash(canonicalRequest(request, names, service))].join('\n')
  const key = [day, region ?? '', service, 'aws4_request'].reduce<Buffer | string>(
    (before, part) => createHmac('sha256', before).update(part).digest(),
    `AWS4${values['secret.secretAccessKey'] ?? ''}`,
  )
  const session = values['secret.sessionToken']
  return [
    ...(id === values['secret.accessKeyId'] ? [] : ['the access key is not the one that was given out']),
    ...(region === filled(auth.region, values) ? [] : [`the region is not ${auth.region}`]),
    ...(service === filled(auth.service, values) ? [] : [`the service is not ${auth.service}`]),
    ...(request.headers['x-amz-security-token'] === session ? [] : ['the session token is not as declared']),
    ...(names.split(';').includes('host') ? [] : ['the host is not signed']),
    ...(time.startsWith(day) && Math.abs(moment - now()) < 300_000
      ? []
      : ['the time of the signature is not now']),
    ...(createHmac('sha256', key).update(text).digest('hex') === signature
      ? []
      : ['the signature does not hold']),
  ]
}

function canonicalRequest(request: ProviderRequest, names: string, service: string): string {
  const headers = names.split(';').map(
    (name) =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replace(/ +/g, ' ')}\n`,
  )
  const query = [...new URLSearchParams(request.query)]
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&')
  // Every service but S3 has the path encoded once more than it is sent.
  const path = service === 's3' ? request.path : request.path.split('/').map(escaped).join('/')
  const payload = request.headers['x-amz-content-sha256']?.toString() ?? hash(request.body)
  return [request.method, path, query, ...[headers.join('')], names, payload].join('\n')
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function hash(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}
