import { decodedContent, NotDecoded } from '../content-coding.ts'
import { EgressError } from './failure.ts'

/** No reply of a token endpoint is longer, encoded or not. */
export const maximumBytes = 256 * 1024

const what = {
  unknown: 'in an encoding that nobody asked for',
  damaged: 'with a body that cannot be decoded',
  too_long: 'with more than 256 KiB',
} as const

/** A reply's body as it was before it was encoded. @throws EgressError malformed_token_response */
export async function decodeBody(body: Buffer, contentEncoding: string | undefined): Promise<Buffer> {
  try {
    return await decodedContent(body, contentEncoding, maximumBytes)
  } catch (cause) {
    if (!(cause instanceof NotDecoded)) throw cause
    throw new EgressError('malformed_token_response', 'unknown', {
      message: `The provider answered ${what[cause.why]}. Check the address.`,
      cause,
    })
  }
}
