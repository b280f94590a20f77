import { type PreviewedCall, secretMark, textOrBytes } from '../call/preview.ts'
import type { RenderedRequest } from './request.ts'

/** What curl writes itself. */
const own = new Set(['content-length', 'accept-encoding', 'host'])

/** The request to the API itself; each secret is a variable: TOKEN, TOKEN_2 and so on. */
export function curlToApi({ method, url, headers, body }: PreviewedCall): string {
  return command(new Quoting(), method, { url, headers, body })
}

/** The same request through the passage, which adds the credential. */
export function curlThroughPassage(
  publicUrl: string,
  account: string,
  { method, path, query, headers, body, targetUrl }: RenderedRequest,
): string {
  const search = query === '' ? '' : `?${query}`
  const pairs = headers.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : [],
  )
  const place = path === '' ? '' : `/${path}`
  return command(new Quoting('SALLYPORT_KEY'), method, {
    url: `${publicUrl}/proxy/${account}${place}${search}`,
    headers: [
      ['Authorization', `Bearer ${secretMark}`],
      ...(targetUrl === undefined ? [] : [['Sallyport-Target', targetUrl] as const]),
      ...pairs,
    ],
    body: body && textOrBytes(body),
  })
}

function command(
  quoting: Quoting,
  method: string,
  { url, headers, body }: Pick<PreviewedCall, 'url' | 'headers' | 'body'>,
): string {
  const verb = method === 'HEAD' ? '--head' : `-X ${method}`
  const words = [`curl --compressed --globoff ${verb} ${quoting.word(url)}`]
  for (const [name, value] of headers) {
    // curl takes a header without a value for one to be left out.
    const line = value === '' ? `${name};` : `${name}: ${value}`
    if (!own.has(name.toLowerCase())) words.push(`-H ${quoting.word(line)}`)
  }
  if (typeof body === 'string') words.push(`--data-raw ${quoting.word(body)}`)
  else if (body) words.push('--data-binary @-')
  const line = words.join(' \\\n  ')
  const isPiped = body !== undefined && typeof body !== 'string'
  return isPiped ? `printf %s '${body.toString('base64')}' | base64 -d | ${line}` : line
}

/** Words of a POSIX shell, in which nothing is expanded but the variables that stand for secrets. */
class Quoting {
  readonly #first: string
  #count = 0

  constructor(first = 'TOKEN') {
    this.#first = first
  }

  word(text: string): string {
    if (text === '') return "''"
    return text
      .split(secretMark)
      .map((part) => (part === '' ? '' : `'${part.replaceAll("'", "'\\''")}'`))
      .reduce((word, part) => `${word}"$${this.#name()}"${part}`)
  }

  #name(): string {
    this.#count += 1
    return this.#count === 1 ? this.#first : `${this.#first}_${this.#count}`
  }
}
