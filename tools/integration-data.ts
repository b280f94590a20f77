import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StandardOperation, StandardOperations } from '@sallyport/contract'

const folder = 'packages/catalog/operations'

/** The operations of the catalogue, a file for each family of entries. */
export function readIntegrations(root: string): readonly StandardOperations[] {
  const path = join(root, folder)
  const files = existsSync(path) ? readdirSync(path).sort() : []
  return files.map((file) => JSON.parse(readFileSync(join(path, file), 'utf8')) as StandardOperations)
}

/** Levels of evidence, as pages name them. */
export const levelNames: Readonly<Record<StandardOperation['evidence']['level'], string>> = {
  openapi: 'OpenAPI',
  documentation: 'documentation',
  public_source: 'public source',
  unverified: 'unverified',
}
