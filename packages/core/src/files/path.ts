import { checkPath } from '../call/path.ts'
import { SallyportError } from '../error.ts'

/** A path as its caller means it. */
export interface FilePath {
  /** Decoded names, the file's or folder's last; none for the folder that paths begin at. */
  readonly segments: readonly string[]
  /** Whether it ends with a slash. */
  readonly isFolder: boolean
}

/**
 * Reads a path as it was sent. A name is what its segment decodes to, so that one with an encoded slash is none.
 *
 * @throws SallyportError path_refused
 */
export function readPath(sent: string): FilePath {
  checkPath(sent)
  const isFolder = sent === '' || sent.endsWith('/')
  const whole = sent.endsWith('/') ? sent.slice(0, -1) : sent
  return { segments: whole === '' ? [] : whole.split('/').map(decoded), isFolder }
}

/** The path as the server takes it: below the definition's root, else below where the user begins. */
export function serverPath(root: string | undefined, segments: readonly string[]): string {
  const below = segments.join('/')
  if (root === undefined || root === '') return below === '' ? '.' : `./${below}`
  return below === '' ? root : `${root.replace(/\/$/, '')}/${below}`
}

function decoded(segment: string): string {
  const name = decodedOrNothing(segment)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (name === undefined || name === '' || /[/\\\x00-\x1f\x7f]/.test(name)) {
    throw new SallyportError('path_refused', {
      message:
        'A name in the path is empty, is not UTF-8, or holds a slash, a backslash or a control character. Encode each name by itself, as encodeURIComponent does.',
    })
  }
  return name
}

function decodedOrNothing(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
