import process from 'node:process'
import { expect, test } from 'vitest'
import { childServer } from './child-server.ts'
import { pathOf } from './program.ts'

test('a program that is not there is named with the package that brings it', () => {
  const missing = {
    name: 'A thing',
    variable: 'NOT_SET',
    usualPlaces: ['/nowhere'],
    debianPackage: 'the-thing',
  }
  expect(() => pathOf(missing)).toThrow(/A thing was not found.*apt-get install .*the-thing/)
})

test('a program that ends early fails the start with its words', async () => {
  const args = ['-e', 'console.error("no luck"); process.exit(3)']
  await expect(childServer({ program: process.execPath, args })).rejects.toThrow(/status 3[\s\S]*no luck/)
})

test('a program that cannot be run fails the start', async () => {
  await expect(childServer({ program: '/nowhere', args: [] })).rejects.toThrow(/ENOENT/)
})

test('a program that does not listen to a polite word is ended all the same', async () => {
  const source =
    'process.on("SIGTERM",()=>{});require("net").createServer().listen(0,"127.0.0.1",function(){console.log(this.address().port)})'
  const server = await childServer({ program: process.execPath, args: ['-e', source], patienceMs: 50 })
  await server.close()
  expect(() => process.kill(server.processId, 0)).toThrow('ESRCH')
})
