import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import { EgressError } from './failure.ts'

/** No reply of a token endpoint is longer, encoded or not. */
export const maximumBytes = 256 * 1024

type Decode = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>

const inflateZlib: Decode = promisify(inflate)
const inflateBare: Decode = promisify(inflateRaw)
const decoders: Readonly<Record<string, Decode>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: decodeDeflate,
}

/** A reply's body as it was before one layer of encoding; asked for none, some servers compress anyway. */
export async function decodeBody(body: Buffer, contentEncoding: string | undefined): Promise<Buffer> {
  const encoding = (contentEncoding ?? '').trim().toLowerCase()
  if (encoding === '' || encoding === 'identity' || body.length === 0) return body
  const decode = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined
  if (!decode) throw undecodable('in an encoding that nobody asked for')
  try {
    return await decode(body, { maxOutputLength: maximumBytes })
  } catch (cause) {
    const isTooLong = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE'
    throw undecodable(isTooLong ? 'with more than 256 KiB' : 'with a body that cannot be decoded', cause)
  }
}

/** RFC 9110 §8.4.1.2 means the zlib format; some servers send the bare stream. */
function decodeDeflate(body: Buffer, options: { readonly maxOutputLength: number }): Promise<Buffer> {
  const isZlib = ((body[0] ?? 0) & 0x0f) === 8
  return isZlib ? inflateZlib(body, options) : inflateBare(body, options)
}

function undecodable(how: string, cause?: unknown): EgressError {
  return new EgressError('malformed_token_response', 'unknown', {
    message: `The provider answered ${how}. Check the address.`,
    cause,
  })
}
