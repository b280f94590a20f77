import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from './config.ts'

const repository = new URL('../../../', import.meta.url)
const text = (file: string) => readFileSync(new URL(file, repository), 'utf8')

test('what installation.md has people type makes every secret that compose.yaml names, as the program takes them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-compose-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [, typed = ''] = /```sh\n(mkdir --mode=700 secrets\n.*?)```/s.exec(text('docs/installation.md')) ?? []
  execFileSync('/bin/sh', ['-e', '-c', typed], { cwd: folder, stdio: 'ignore' })

  const compose = text('compose.yaml')
  const named = [...compose.matchAll(/\{ file: \.\/secrets\/(\S+) \}/g)].map(([, name]) => name)
  expect(readdirSync(join(folder, 'secrets')).sort()).toEqual(named.sort())

  const files = [...compose.matchAll(/(SALLYPORT_\w+_FILE): \/run\/secrets\/(\S+)/g)]
  const environment = files.map(([, variable, name]) => [variable, join(folder, 'secrets', name ?? '')])
  const read = readConfig(Object.fromEntries(environment))
  expect(read).toHaveProperty('config.postgres.host', 'database')
  expect(read).toHaveProperty('config.unknownVariables', [])
})
