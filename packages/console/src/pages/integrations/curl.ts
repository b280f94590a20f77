import type { PreviewedRequest } from '@sallyport/contract'

/** A request as a command of curl, for a POSIX shell: what is masked in it has to be filled in. */
export function asCurl({ method, url, headers, body }: PreviewedRequest): string {
  const lines = headers
    .filter(({ name }) => !/^(accept-encoding|content-length|host)$/i.test(name))
    .map(({ name, value }) => `-H ${quoted(`${name}: ${value}`)}`)
  return [
    `curl --globoff -X ${method} ${quoted(url)}`,
    ...lines,
    ...(body === undefined ? [] : [`--data-raw ${quoted(body)}`]),
  ].join(' \\\n  ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
