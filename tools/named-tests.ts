import { type Fault, lineAt } from './fault.ts'
import type { TrackedFile } from './tracked-files.ts'

const page = 'docs/security.md'
const row = /^\|.*\|[ \t]*$/gm
const named = /`([^`\s]+)`/g
const endings = ['', '.ts', '.test.ts', '.suite.ts', '.e2e.test.ts']

/** Tests that the page of promises names and that are not there: a promise that nothing holds any more. */
export function checkNamedTests(files: readonly TrackedFile[]): readonly Fault[] {
  const known = new Set(files.map(({ file }) => file))
  return files
    .filter(({ file }) => file === page)
    .flatMap(({ text }) =>
      Array.from(text.matchAll(row)).flatMap(({ 0: line, index }) =>
        Array.from(testsOf(line).matchAll(named), ([, name = '']) => name)
          .filter((name) => !places(name).some((place) => known.has(place)))
          .map((name) => ({
            file: page,
            line: lineAt(text, index),
            sentence: `No test is called ${name}: name the one that holds this promise, or say that none does.`,
          })),
      ),
    )
}

/** The last cell of a row. */
function testsOf(line: string): string {
  return line.trim().slice(1, -1).split('|').at(-1) ?? ''
}

/** Where a name may mean: in the server unless it says otherwise; `core/…` and `store/…` in their packages. */
function places(name: string): readonly string[] {
  const [room, ...rest] = name.split('/')
  const inPackage = rest.length > 0 ? [`packages/${room}/src/${rest.join('/')}`] : []
  const stems = [`packages/server/src/${name}`, ...inPackage, name]
  return stems.flatMap((stem) => endings.map((ending) => `${stem}${ending}`))
}
