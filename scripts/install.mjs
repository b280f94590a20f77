import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { locked } from './lock.mjs'
import { inRepository } from './paths.mjs'
import { runChild, runNode } from './run-child.mjs'
import { isStamped, removeStamp, writeStamp } from './stamp.mjs'

// Inside node_modules, so that whoever removes the folder removes the claim that it is complete.
const stamp = inRepository('node_modules', '.sallyport-install')

const installArguments = [
  'ci',
  '--include=dev',
  '--include=optional',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
]

/** Brings node_modules in line with the lockfile, if it is not. */
export async function ensureInstalled() {
  if (isStamped(stamp, fingerprint())) return
  await locked(inRepository('.stamp', 'lock'), async () => {
    if (isStamped(stamp, fingerprint())) return
    console.log('Installing dependencies…')
    removeStamp(stamp)
    const failed = await npm(installArguments)
    if (failed) {
      console.error('npm could not install the dependencies; its words are above.')
      process.exit(failed)
    }
    writeStamp(stamp, fingerprint())
  })
}

// Packages carry binaries per platform and, rarely, per ABI of Node.
function fingerprint() {
  const { platform, arch, versions } = process
  return createHash('sha256')
    .update(readFileSync(inRepository('package-lock.json')))
    .update(`${platform} ${arch} ${versions.modules}`)
    .digest('hex')
}

function npm(args) {
  const environment = installEnvironment()
  const npmProgram = process.env.npm_execpath
  if (npmProgram && /npm-cli\.c?js$/.test(npmProgram)) return runNode([npmProgram, ...args], { environment })
  return runChild('npm', args, { environment, shell: process.platform === 'win32' })
}

// The npm that runs us hands its own settings down; NODE_ENV=production alone leaves the compiler out.
function installEnvironment() {
  const unwanted =
    /^(NODE_ENV|npm_config_(omit|only|production|global|dry_run|workspaces?|package_lock_only))$/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.test(name)))
}
