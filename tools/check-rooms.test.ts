import { describe, expect, test } from 'vitest'
import { checkRooms } from './check-rooms.ts'
import { fixtureTree } from './fixture-tree.suite.ts'

const entrance = (path: string) => ({ source: path })
const clean = {
  'packages/contract/package.json': JSON.stringify({ exports: { '.': entrance('./src/index.ts') } }),
  'packages/contract/src/index.ts': `import { z } from 'zod'\nexport const Name = z.string()`,
  'packages/core/package.json': JSON.stringify({
    exports: { '.': entrance('./src/index.ts'), './ports': entrance('./src/ports.ts') },
  }),
  'packages/core/src/index.ts': `export * from './broker/broker.ts'`,
  'packages/core/src/ports.ts': `import type { Name } from '@sallyport/contract'\nexport type Store = typeof Name`,
  'packages/core/src/broker/broker.ts': `import { call } from '../call/call.ts'\nexport const broker = call`,
  'packages/core/src/call/call.ts': `import { schemes } from '../schemes/index.ts'\nexport const call = schemes`,
  'packages/core/src/call/call.test.ts': `import { test } from 'vitest'\nimport '../vault/vault.ts'\nimport 'node:fs'`,
  'packages/core/src/vault/vault.ts': `import type { Store } from '../ports.ts'\nexport type Vault = Store`,
  'packages/core/src/egress/send.ts': `import { Client } from 'undici'\nexport const send = Client`,
  'packages/core/src/schemes/index.ts': `import { basic } from './basic/scheme.ts'\nexport const schemes = [basic]`,
  'packages/core/src/schemes/basic/scheme.ts': `export const basic = 1`,
  'packages/core/src/schemes/oauth2/scheme.ts': `import { x } from 'oauth4webapi'\nexport const oauth2 = x`,
  'packages/store/package.json': JSON.stringify({ exports: { '.': entrance('./src/index.ts') } }),
  'packages/store/src/index.ts': `import type { Store } from '@sallyport/core/ports'\nimport { Kysely } from 'kysely'`,
}

const nothing = { revealSites: {}, longFiles: {} }

function faultsWith(files: Readonly<Record<string, string>>, exceptions = nothing): readonly string[] {
  const root = fixtureTree({ ...clean, ...files })
  return checkRooms(root, exceptions).map(({ file, line, sentence }) => `${file}:${line} ${sentence}`)
}

test('a tree in order has no faults', () => {
  expect(faultsWith({})).toEqual([])
})

describe('what is found', () => {
  const call = 'packages/core/src/call/new.ts'
  const basic = 'packages/core/src/schemes/basic/new.ts'
  const server = 'packages/server/src/new.ts'
  const destination = 'packages/core/src/destination/new.ts'

  test.each<[promise: string, file: string, text: string, found: string]>([
    [
      'a room imported against the table',
      call,
      `import '../vault/vault.ts'`,
      'core call may not import core vault',
    ],
    ['so by import type', call, `import type { V } from '../vault/vault.ts'`, 'may not import core vault'],
    ['so by a re-export', call, `export { v } from '../vault/vault.ts'`, 'may not import core vault'],
    ['so over several lines', call, `\nimport {\n  v,\n} from '../vault/vault.ts'`, ':4 core call may not'],
    [
      'so by a dynamic import',
      call,
      `const v = await import('../vault/vault.ts')`,
      'may not import core vault',
    ],
    ['a scheme in another scheme', basic, `import '../oauth2/scheme.ts'`, "its neighbour 'oauth2'"],
    ['a package reached into', server, `import '@sallyport/core/src/broker/broker.ts'`, 'is no entrance'],
    ['a package reached around', server, `import '../../core/src/index.ts'`, 'climbs into another package'],
    ['core past its front door', server, `import '@sallyport/core/ports'`, 'server may not import core base'],
    ['a package by its own name', call, `import '@sallyport/core'`, 'own front door'],
    ['a test imported by what is no test', call, `import './call.test.ts'`, 'only tests import it'],
    ['a stranger', call, `import 'left-pad'`, "core call may not import 'left-pad'"],
    ['a stranger by a path within it', call, `import 'kysely/helpers'`, "core call may not import 'kysely'"],
    [
      'SQL tools outside the store',
      server,
      `import { Kysely } from 'kysely'`,
      "server may not import 'kysely'",
    ],
    ['sockets outside egress', call, `import { connect } from 'node:tls'`, 'sockets are opened in'],
    ['a socket in destination', destination, `import { connect } from 'node:net'`, 'only BlockList, isIP'],
    ['a global fetch', call, `export const reply = await fetch('http://x')`, 'The network is reached in'],
    ['a file without a room', 'packages/core/src/misc/a.ts', '', 'in no room'],
    ['a package without a room', 'packages/extra/src/a.ts', '', 'in no room'],
    ['a scheme compared by name', call, `if (auth.type === 'oauth2') go()`, 'compared by name'],
    ['a scheme in a case', server, `switch (type) {\n  case "api_token": go()\n}`, ':2 A scheme is compared'],
    ['a scheme on the left', call, `if ('sftp' !== type) go()`, 'compared by name'],
    ['SQL outside the store', server, 'run(`select id from account where id = 1`)', 'SQL is written'],
    ['the environment read', call, `const port = process.env['PORT']`, 'The environment is read'],
    ['a secret revealed', call, 'send(`Bearer ${token.reveal()}`)', 'A secret is revealed here'],
    ['a file of over 400 lines', call, 'go()\n'.repeat(401), '401 lines, where 400 are the most'],
  ])('%s', (_promise, file, text, found) => {
    const faults = faultsWith({ [file]: text })
    expect(faults).toHaveLength(1)
    expect(faults[0]).toContain(file)
    expect(faults[0]).toContain(found)
  })

  test('a circle of imports, told once', () => {
    const faults = faultsWith({
      'packages/core/src/call/a.ts': `import './b.ts'`,
      'packages/core/src/call/b.ts': `import './c.ts'`,
      'packages/core/src/call/c.ts': `import './a.ts'`,
    })
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/call\/c\.ts:1 .*a\.ts → .*b\.ts → .*c\.ts → .*a\.ts/)
  })
})

describe('what is let be', () => {
  const call = 'packages/core/src/call/new.ts'

  test.each<[promise: string, file: string, text: string]>([
    ['an import in a comment', call, `// import '../vault/vault.ts'\n/* import 'left-pad' */`],
    ['an import in a template', call, 'const text = `\nimport "left-pad"\n`'],
    ['code after an awkward expression', call, `const quote = /['"\`/]/\nconst next = 'secret.reveal()'`],
    [
      'addresses looked at, not opened',
      'packages/core/src/destination/a.ts',
      `import { isIP } from 'node:net'`,
    ],
    ['a method called fetch', call, `export const scheme = {\n  async fetch(ports: Ports) {\n  },\n}`],
    ['a scheme named in its own room', 'packages/core/src/schemes/a.ts', `if (name === 'basic') go()`],
    ['a scheme named but not compared', call, `const name = 'oauth2'`],
    ['prose that sounds like SQL', 'packages/server/src/a.ts', `say('Select an account from the list')`],
    ['a reveal in a test', 'packages/core/src/call/a.test.ts', `expect(secret.reveal()).toBe('x')`],
    ['the environment in its one file', 'packages/server/src/config.ts', `export const all = process.env`],
  ])('%s', (_promise, file, text) => {
    expect(faultsWith({ [file]: text })).toEqual([])
  })

  test('a circle of types alone', () => {
    const faults = faultsWith({
      'packages/core/src/call/a.ts': `import type { B } from './b.ts'`,
      'packages/core/src/call/b.ts': `import { a } from './a.ts'`,
    })
    expect(faults).toEqual([])
  })

  test('exceptions that are listed, until they are no longer needed', () => {
    const listed = { revealSites: { [call]: 'Shown once.' }, longFiles: { [call]: 'One table.' } }
    const text = `send(token.reveal())\n${'go()\n'.repeat(500)}`
    expect(faultsWith({ [call]: text }, listed)).toEqual([])
    expect(faultsWith({}, listed)).toEqual([
      expect.stringContaining('no longer needs its row'),
      expect.stringContaining('no longer needs its row'),
    ])
  })
})
