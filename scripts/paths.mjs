import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

export function inRepository(...parts) {
  return join(root, ...parts)
}

/** The JavaScript file behind an installed package's command, run by Node itself: no shell, no .cmd files. */
export function tool(packageName, command = packageName) {
  const folder = inRepository('node_modules', packageName)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return join(folder, typeof bin === 'string' ? bin : bin[command])
}
