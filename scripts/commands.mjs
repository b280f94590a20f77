import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './build.mjs'
import { check } from './check.mjs'
import { ensureInstalled } from './install.mjs'
import { stopWithParent } from './parent.mjs'
import { inRepository, tool } from './paths.mjs'
import { ensurePrerequisites } from './prerequisites.mjs'
import { runNode } from './run-child.mjs'

const commands = {
  async build() {
    await prepare()
  },

  /** Serves, unless another command of the program follows: `npm start -- adopt`. */
  async start(args) {
    await prepare()
    await become('packages/server/dist/main.js', args)
  },

  async bench(args) {
    await prepare()
    await become('bench/dist/main.js', args)
  },

  async 'bench:scale'(args) {
    await prepare()
    await become('bench/dist/scale/main.js', args)
  },

  async 'bench:console'(args) {
    await prepare()
    Object.assign(process.env, await ensurePrerequisites())
    await become('bench/dist/console/main.js', args)
  },

  async soak(args) {
    await prepare()
    await become('bench/dist/soak/main.js', args)
  },

  async faults(args) {
    await prepare()
    Object.assign(process.env, await ensurePrerequisites())
    await become('faults/dist/main.js', args)
  },

  async test(args) {
    await prepare()
    const environment = await ensurePrerequisites()
    process.exitCode = await runNode([tool('vitest'), 'run', ...args], { environment })
  },

  /** Takes the pictures of the documents, as the browsers' tests walk by. */
  async pictures() {
    await prepare()
    const environment = {
      ...(await ensurePrerequisites()),
      SALLYPORT_TEST_PICTURES: inRepository('docs', 'images'),
    }
    const tests = ['console', 'connect-link', 'guide'].map((name) => `packages/server/src/${name}`)
    process.exitCode = await runNode([tool('vitest'), 'run', '--project', 'e2e', ...tests], { environment })
  },

  async docs() {
    await prepare()
    process.exitCode = await runNode(['tools/dist/check-docs.js', '--write'])
  },

  async check() {
    await ensureInstalled()
    process.exitCode = await check()
  },
}

/** Runs one command by name. */
export async function run(name, args) {
  const command = commands[name]
  if (!command) {
    console.error(`Say which: node scripts/run.mjs ${Object.keys(commands).join(' | ')}`)
    process.exitCode = 1
    return
  }
  if (process.env.npm_lifecycle_event) stopWithParent()
  await command(args)
}

async function prepare() {
  await ensureInstalled()
  const failed = await ensureBuilt()
  if (failed) process.exit(failed)
}

/** Goes on as another program in this process: no second Node to start, no child to look after. */
async function become(path, args) {
  const program = inRepository(path)
  process.argv = [process.execPath, program, ...args]
  await import(pathToFileURL(program).href)
}
