import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'

/** Descriptions of APIs as their makers publish them; `documents/README.md` says whose they are. */
export type PublicDocument = 'jira' | 'kubernetes' | 'stripe'

/** Its text, which is JSON. */
export function publicDocument(name: PublicDocument): string {
  const file = new URL(`../documents/${name}.json.br`, import.meta.url)
  return brotliDecompressSync(readFileSync(file)).toString()
}
