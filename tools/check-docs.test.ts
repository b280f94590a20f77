import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { checkDocs } from './check-docs.ts'
import { errorPage } from './error-page.ts'
import { fixtureTree } from './fixture-tree.suite.ts'
import { checkLinks } from './links.ts'
import { checkMachinePaths } from './machine-paths.ts'
import { anchorsOf } from './markdown.ts'
import { checkNamedTests } from './named-tests.ts'
import { checkVariables } from './variables.ts'

const row = {
  status: 404,
  blame: 'caller',
  retry: 'no',
  title: 'Not found',
  message: 'Nothing here.',
} as const

function brokenLinks(files: Readonly<Record<string, string>>): readonly string[] {
  const tracked = Object.entries(files).map(([file, text]) => ({ file, text }))
  return checkLinks(fixtureTree(files), tracked).map(
    ({ file, line, sentence }) => `${file}:${line} ${sentence}`,
  )
}

test('the page of errors has each code as a heading that links can name', () => {
  const page = errorPage({ not_found: row, key_taken: { ...row, status: 409 } })
  expect(anchorsOf(page)).toEqual(new Set(['errors', 'not_found', 'key_taken']))
  expect(page).toContain('404 · the next move is with the caller')
  expect(page).toContain('Nothing here.')
})

test('a link to a file, a folder, a heading, an outside page or in an example is let be', () => {
  const readme = [
    '# Read me',
    '[file](docs/a.md) [folder](docs) [heading](docs/a.md#two-words-1) [here](#read-me) [out](https://x.test/y)',
    '`[code](nowhere.md)`',
    '```',
    '[example](nowhere.md)',
    '```',
  ].join('\n')
  expect(brokenLinks({ 'README.md': readme, 'docs/a.md': '# Two words\n## `Two` words!' })).toEqual([])
})

test('a link to a file or a heading that is not there is told with its line', () => {
  const readme = '# Read me\n\n[a](docs/b.md)\n[b](#nowhere)\n[c]: docs/a.md#gone\n[d](/etc/passwd)'
  expect(brokenLinks({ 'README.md': readme, 'docs/a.md': '# A' }).map((each) => each.split(' ')[0])).toEqual([
    'README.md:3',
    'README.md:4',
    'README.md:6',
    'README.md:5',
  ])
})

test('variables read and variables explained are the same', () => {
  const config = {
    file: 'packages/server/src/config.ts',
    text: `env('SALLYPORT_PORT')\nenv('SALLYPORT_HOST')`,
  }
  const readme = { file: 'README.md', text: 'Set `SALLYPORT_PORT`, as every `SALLYPORT_*`.\nSALLYPORT_SPEED' }
  expect(
    checkVariables([config, readme]).map(({ file, line, sentence }) => [file, line, sentence.split(' ')[0]]),
  ).toEqual([
    [config.file, 2, 'SALLYPORT_HOST'],
    [readme.file, 2, 'SALLYPORT_SPEED'],
  ])
})

test('a path of one machine is told, a path of an address is not', () => {
  const home = `/${'home'}/me/x`
  const text = `cd ${home}\nGET https://api.test${home}\nfile://${home}`
  expect(checkMachinePaths([{ file: 'a.md', text }]).map(({ line }) => line)).toEqual([1, 3])
})

test('a test that the page of promises names is there, in the server or where it says', () => {
  const there = [
    'packages/server/src/a.e2e.test.ts',
    'packages/core/src/b/c.test.ts',
    'packages/store/src/d.suite.ts',
  ]
  const text = [
    '| id | promise | test |',
    '| --- | --- | --- |',
    '| C1 | `not` looked at | `a.e2e`, `core/b/c`, `store/d`, `packages/core/src/b/c.test.ts` |',
    '| C2 | a test that went | `a.e2e`, `core/b/gone`, none of `b/c` |',
    'No row: `gone.e2e`',
  ].join('\n')
  const files = [{ file: 'docs/security.md', text }, ...there.map((file) => ({ file, text: '' }))]
  expect(checkNamedTests(files).map(({ line, sentence }) => [line, sentence.split(':')[0]])).toEqual([
    [4, 'No test is called core/b/gone'],
    [4, 'No test is called b/c'],
  ])
})

test('a repository without the files that are derived is told to write them', () => {
  const root = fixtureTree({ 'README.md': '# A' })
  execFileSync('git', ['init', '-q'], { cwd: root })
  expect(checkDocs(root).map(({ file }) => file)).toEqual([
    'docs/errors.md',
    'docs/catalogue.md',
    'docs/integrations/README.md',
    'packages/catalog/index.json',
  ])
})
