import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'

type Decode = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>

const inflateZlib: Decode = promisify(inflate)
const inflateBare: Decode = promisify(inflateRaw)
const decoders: Readonly<Record<string, Decode>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  // RFC 9110 §8.4.1.2 means the zlib format; some servers send the bare stream.
  deflate: (body, options) => (((body[0] ?? 0) & 0x0f) === 8 ? inflateZlib : inflateBare)(body, options),
}

/** Why a body stays encoded: in a coding that nobody asked for, damaged, or longer than may be. */
export class NotDecoded extends Error {
  readonly why: 'unknown' | 'damaged' | 'too_long'

  constructor(why: NotDecoded['why'], cause?: unknown) {
    super('A body could not be decoded.', { cause })
    this.why = why
  }
}

/**
 * A body as it was before one layer of its Content-Encoding; asked for none, some servers compress anyway.
 *
 * @param longest bytes that it may have, decoded
 * @throws NotDecoded
 */
export async function decodedContent(
  body: Buffer,
  contentEncoding: string | undefined,
  longest: number,
): Promise<Buffer> {
  const coding = (contentEncoding ?? '').trim().toLowerCase()
  if (coding === '' || coding === 'identity' || body.length === 0) return body
  const decode = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined
  if (!decode) throw new NotDecoded('unknown')
  try {
    return await decode(body, { maxOutputLength: longest })
  } catch (cause) {
    const isTooLong = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE'
    throw new NotDecoded(isTooLong ? 'too_long' : 'damaged', cause)
  }
}
