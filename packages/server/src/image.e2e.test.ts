import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { filesIn } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { imageStage } from './dockerfile.suite.ts'
import { freePort } from './sallyport.suite.ts'

const repository = fileURLToPath(new URL('../../../', import.meta.url))
const image = imageStage(join(repository, 'Dockerfile'))
const nobody = 65_534

/** Packages that `npm ci --omit=dev` installs here, as paths below the repository; with each what lies in it. */
function installed(): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, { readonly dev?: boolean }>>
  }
  const paths = Object.keys(packages).filter((path) => path.lastIndexOf('node_modules/') === 0)
  return paths.filter((path) => !packages[path]?.dev && existsSync(join(repository, path)))
}

/** What the image's last stage copies, in folders that nobody may write. */
function tree(): string {
  const root = mkdtempSync(join(tmpdir(), 'sallyport-image-'))
  onTestFinished(() => {
    execFileSync('chmod', ['-R', 'u+w', root])
    rmSync(root, { recursive: true })
  })
  const copied = image.copies.flatMap(({ from, to }) => {
    const paths = from.map((path) => relative('/build', path))
    // Each stays where it is, so that what is copied can be told by its path alone.
    for (const path of paths) expect(to.endsWith('/') ? join(to, basename(path)) : join(to)).toBe(path)
    return paths
  })
  const paths = copied.flatMap((path) => (path === 'node_modules' ? installed() : [path]))
  // Links where that can be, because thousands of files take their time.
  try {
    execFileSync('cp', ['-al', '--parents', '-t', root, ...paths], { cwd: repository, stdio: 'ignore' })
  } catch {
    execFileSync('cp', ['-a', '--parents', '-t', root, ...paths], { cwd: repository })
  }
  for (const words of image.removals) execFileSync('/bin/sh', ['-c', words], { cwd: root })
  execFileSync('find', [root, '-type', 'd', '-exec', 'chmod', '555', '{}', '+'])
  return root
}

const everythingIn = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()

test('what the Dockerfile puts together serves as an unprivileged user, writes below its volume alone, and drains', async () => {
  const root = tree()
  const data = mkdtempSync(join(tmpdir(), 'sallyport-volume-'))
  onTestFinished(() => rmSync(data, { recursive: true }))
  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(data, nobody, nobody)
  const before = everythingIn(root)
  // Nothing to build from, and nothing that only tests need.
  expect(
    everythingIn(root).filter((path) => /^packages\/[^/]+\/src$|testkit$|playwright/.test(path)),
  ).toEqual([])
  const environment = {
    PATH: process.env.PATH,
    ...image.environment,
    SALLYPORT_DATA_DIR: join(data, relative(image.volume, image.environment.SALLYPORT_DATA_DIR ?? '')),
    SALLYPORT_PORT: String(await freePort()),
    SALLYPORT_ADMIN_KEY: 'an-admin-key-of-forty-characters-or-more',
  }
  const as = { cwd: root, env: environment, ...(isRoot && { uid: nobody, gid: nobody }) }
  const server = spawn(process.execPath, image.command.slice(1), { ...as, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void server.kill('SIGKILL'))
  let printed = ''
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
    })
  }
  const ended = once(server, 'exit')
  const isHealthy = async () => {
    const [code] = await once(spawn(process.execPath, image.healthCheck.slice(1), as), 'exit')
    return code === 0
  }
  expect(await isHealthy()).toBe(false)
  await expect.poll(() => printed, { timeout: 30_000 }).toContain('Sallyport listens on')
  expect(await isHealthy()).toBe(true)
  expect(filesIn(data)).toContain('encryption-key')
  server.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(everythingIn(root)).toEqual(before)
}, 60_000)

test('the image runs Node itself, by no shell, and as somebody who is not root', () => {
  expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  expect([image.command[0], image.healthCheck[0]]).toEqual(['node', 'node'])
})
