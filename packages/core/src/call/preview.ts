import type { Readable } from 'node:stream'
import { headerKey } from '../header-key.ts'
import { secretRemover } from '../schemes/provider-words.ts'
import type { Placed } from '../schemes/scheme.ts'
import { secretsOf } from '../schemes/secrets-of.ts'
import { addressOf } from './address.ts'
import { type CallInput, merged } from './call.ts'
import type { CallTarget } from './call-target.ts'
import { preparedFor } from './prepare.ts'
import { passedOnHeaders } from './request-headers.ts'
import { type ResolvePorts, resolve } from './resolve.ts'
import { type SigningPorts, signed, signs } from './sign.ts'

/** Stands for a secret: no text of a request can hold it. */
export const secretMark = '\0'

/** A call as it would be sent, with `secretMark` in place of each secret. */
export interface PreviewedCall {
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Text where it is some. */
  readonly body: string | Buffer | undefined
}

/**
 * The request that `call` would send at first, without sending it: renewing nothing, and telling no secret.
 *
 * @throws SallyportError as `call` does before it sends
 */
export async function preview(ports: ResolvePorts & SigningPorts, input: CallInput): Promise<PreviewedCall> {
  return previewOf(ports, await resolve(ports, input.principal, input.account), input)
}

/** The same for an account that has been found, or was never stored. */
export async function previewOf(
  ports: SigningPorts,
  target: CallTarget,
  input: Omit<CallInput, 'principal' | 'account'>,
): Promise<PreviewedCall> {
  const prepared = preparedFor(target, input.targetUrl)
  const address = addressOf(target, prepared, input.path, input.query, input.targetUrl)
  const own = passedOnHeaders(input.headers, prepared.replacedHeaders)
  const headers = [...own, ...prepared.headers]
  const sending = await merged(target, input, headers)
  const body = sending === undefined || Buffer.isBuffer(sending) ? sending : await whole(sending)
  const request = { ...input, address, headers, body, pool: target.poolOf(address.origin) }
  const sent = signs(target) ? await signed(ports, target, request, input.body) : undefined
  const mask = masking(target, sent?.signature)
  const { path } = (sent?.request ?? request).address
  return {
    method: input.method,
    url: mask.text(address.origin) + mask.path(path),
    headers: mask.headers(sent?.request.headers ?? headers),
    body: body && masked(textOrBytes(body), mask.text),
  }
}

async function whole(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** As text where it can be shown as such. */
export function textOrBytes(body: Buffer): string | Buffer {
  const text = body.toString('utf8')
  return Buffer.from(text).equals(body) && !text.includes(secretMark) ? text : body
}

/** Secrets that the definition has in bodies are in fields that were merged into text. */
function masked(body: string | Buffer, mask: (text: string) => string): string | Buffer {
  return typeof body === 'string' ? mask(body) : body
}

function masking(target: CallTarget, signature: Placed | undefined) {
  const { credentialNames } = target.prepared
  const secrets = secretsOf(target)
  const known = new Set(secrets)
  const remove = secretRemover(secrets)
  const text = (value: string) =>
    known.has(value) ? secretMark : remove(value).replaceAll('[secret]', secretMark)
  const signed = {
    headers: new Set(signature?.headers.map(([name]) => headerKey(name))),
    query: new Set(signature?.query.map(([name]) => name.toLowerCase())),
  }
  const header = (name: string, value: string): string => {
    const key = headerKey(name)
    if (!signed.headers.has(key) && !credentialNames.headers.has(key)) return text(value)
    const [word = ''] = key === 'authorization' ? (/^[A-Za-z0-9-]+ (?=.)/.exec(value) ?? []) : []
    // What looks like the name of a scheme may be how the secret begins.
    return word !== '' && !secrets.some((secret) => secret.startsWith(word)) ? word + secretMark : secretMark
  }
  return {
    text,
    path(value: string): string {
      const [place = '', ...rest] = value.split('?')
      if (rest.length === 0) return text(place)
      const pairs = rest
        .join('?')
        .split('&')
        .map((pair) => {
          const [name = '', given] = pair.split(/=(.*)/s)
          const key = (new URLSearchParams(pair).keys().next().value ?? '').toLowerCase()
          const isSecret = credentialNames.query.has(key) || signed.query.has(key)
          return given === undefined ? text(name) : `${name}=${isSecret ? secretMark : text(given)}`
        })
      return `${text(place)}?${pairs.join('&')}`
    },
    headers(raw: readonly string[]): [name: string, value: string][] {
      return raw.flatMap((name, index): [string, string][] =>
        index % 2 === 0 ? [[name, header(name, raw[index + 1] ?? '')]] : [],
      )
    },
  }
}
