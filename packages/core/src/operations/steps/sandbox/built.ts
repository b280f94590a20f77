import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A file beside a module; where sources run as they are, as in tests, the one that was built of them. */
export function built(path: string, module: string): string {
  const [sources, output] = ['src', 'dist'].map((folder) => `${sep}core${sep}${folder}${sep}`)
  return fileURLToPath(new URL(path, module)).replace(sources ?? '', output ?? '')
}
