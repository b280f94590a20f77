import { SallyportError } from '../error.ts'

/**
 * Refuses a path that could leave the base URL's prefix at some server on the way (C7). The path is the
 * request's own text, after the account and its slash; it is passed on byte for byte.
 *
 * @throws SallyportError path_refused
 */
export function checkPath(path: string): void {
  if (path === '') return
  // Bytes outside of visible ASCII, a fragment, or an empty first segment have no place in a path.
  if (path.startsWith('/') || !/^[\x21\x22\x24-\x7e]+$/.test(path) || path.includes('\\')) refuse()
  if (!path.includes('%') && !path.includes('.')) return
  let plain = path
  for (let round = 0; round < 4; round += 1) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    if (/\\|[\x00-\x1f\x7f]/.test(plain)) refuse()
    if (plain.split('/').some(isDotSegment)) refuse()
    const next = decodeOnce(plain)
    if (next === plain) return
    plain = next
  }
}

/** `.` and `..`, also with path parameters, which some servers cut off first. */
function isDotSegment(segment: string): boolean {
  return /^\.{1,2}(;|$)/.test(segment)
}

/** One round of percent-decoding, byte by byte, so that malformed sequences stay as they are. */
function decodeOnce(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function refuse(): never {
  throw new SallyportError('path_refused')
}
