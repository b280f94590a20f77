import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errors } from '@sallyport/contract'
import { catalogueIndex, readEntries, readUnusable } from './catalogue-data.ts'
import { cataloguePage } from './catalogue-page.ts'
import { errorPage } from './error-page.ts'
import { type Fault, report } from './fault.ts'
import { readIntegrations } from './integration-data.ts'
import { integrationIndex } from './integration-index.ts'
import { integrationPage } from './integration-page.ts'
import { checkLinks } from './links.ts'
import { checkMachinePaths } from './machine-paths.ts'
import { checkNamedTests } from './named-tests.ts'
import { trackedFiles } from './tracked-files.ts'
import { checkVariables } from './variables.ts'

/** Files that are derived, by path; compared here, and written with `--write`. */
function generated(root: string): Readonly<Record<string, string>> {
  const entries = readEntries(root)
  const integrations = readIntegrations(root)
  return {
    'docs/errors.md': errorPage(errors),
    'docs/catalogue.md': cataloguePage(entries, readUnusable(root)),
    'docs/integrations/README.md': integrationIndex(integrations),
    ...Object.fromEntries(
      integrations.map((each) => [`docs/integrations/${each.family}.md`, integrationPage(each)]),
    ),
    'packages/catalog/index.json': catalogueIndex(entries),
  }
}

/** Everything that the documents say and that is not so. */
export function checkDocs(root: string): readonly Fault[] {
  const files = trackedFiles(root)
  return [
    ...checkGenerated(root),
    ...checkLinks(root, files),
    ...checkVariables(files),
    ...checkMachinePaths(files),
    ...checkNamedTests(files),
  ]
}

function checkGenerated(root: string): readonly Fault[] {
  return Object.entries(generated(root)).flatMap(([file, content]) => {
    const path = join(root, file)
    if (existsSync(path) && readFileSync(path, 'utf8') === content) return []
    const sentence = 'This file is behind its source: run `npm run docs`.'
    return [{ file, line: 1, sentence }]
  })
}

function writeGenerated(root: string): void {
  for (const [file, content] of Object.entries(generated(root))) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), content)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--write')) writeGenerated(process.cwd())
  report('docs', checkDocs(process.cwd()))
}
