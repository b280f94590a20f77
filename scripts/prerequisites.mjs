import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { locked } from './lock.mjs'
import { runChild } from './run-child.mjs'

/**
 * What the tests need beyond npm. Each row is found, else installed by Debian's package manager, else asked for.
 * `files` must be there besides the program, and the program must end well when run with `proof`.
 */
const prerequisites = [
  {
    name: 'a Chromium browser',
    variable: 'CHROMIUM_PATH',
    programs: [
      'chromium',
      'chromium-browser',
      'google-chrome',
      'google-chrome-stable',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    debianPackage: 'chromium',
  },
  {
    name: "Apache's httpd",
    variable: 'APACHE_PATH',
    programs: ['/usr/sbin/apache2'],
    files: ['/usr/lib/apache2/modules/mod_auth_digest.so'],
    debianPackage: 'apache2-bin',
  },
  {
    name: 'Python 3 with oauthlib',
    variable: 'PYTHON_PATH',
    programs: ['/usr/bin/python3', 'python3'],
    proof: ['-c', 'import oauthlib.oauth1, jwt, cryptography'],
    debianPackage: 'python3-oauthlib',
  },
  {
    name: 'OpenSSH’s server',
    variable: 'SSHD_PATH',
    programs: ['/usr/sbin/sshd', 'sshd'],
    debianPackage: 'openssh-server',
  },
  {
    name: 'ProFTPD with its module for SFTP',
    variable: 'PROFTPD_PATH',
    programs: ['/usr/sbin/proftpd'],
    files: ['/usr/lib/proftpd/mod_sftp.so'],
    debianPackage: 'proftpd-mod-crypto',
  },
  {
    name: 'PostgreSQL’s server, version 15 or later',
    variable: 'POSTGRES_PATH',
    // Debian has it apart by version.
    programs: ['18', '17', '16', '15'].map((version) => `/usr/lib/postgresql/${version}/bin/postgres`),
    debianPackage: 'postgresql',
  },
  {
    name: 'PgBouncer',
    variable: 'PGBOUNCER_PATH',
    programs: ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'],
    debianPackage: 'pgbouncer',
  },
  {
    name: 'nginx',
    variable: 'NGINX_PATH',
    programs: ['/usr/sbin/nginx', 'nginx'],
    debianPackage: 'nginx-light',
  },
]

/** Resolves to the environment for the tests, in which each row's variable names the program found. */
export async function ensurePrerequisites() {
  const environment = { ...process.env }
  for (const prerequisite of prerequisites) {
    const program = find(prerequisite) ?? (await install(prerequisite))
    if (!program) {
      console.error(missing(prerequisite))
      process.exit(1)
    }
    environment[prerequisite.variable] = program
  }
  return environment
}

function find({ variable, programs, files = [], proof }) {
  const named = process.env[variable]
  if (named) return executable(named)
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const candidates = programs.flatMap((program) =>
    program.startsWith('/') ? [program] : folders.map((folder) => join(folder, program)),
  )
  if (!files.every((file) => existsSync(file))) return undefined
  return candidates.find((candidate) => executable(candidate) && (!proof || endsWell(candidate, proof)))
}

function endsWell(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

function executable(path) {
  try {
    accessSync(path, constants.X_OK)
    return path
  } catch {
    return undefined
  }
}

async function install(prerequisite) {
  const { variable, debianPackage, name } = prerequisite
  const mayInstall = process.getuid?.() === 0 && executable('/usr/bin/apt-get')
  if (process.env[variable] || !mayInstall) return undefined

  // Two clones may be at it at once. Only root comes here, so the lock lies where only root can write.
  return locked('/run/sallyport-prerequisites.lock', async () => {
    for (let attempt = 1; attempt <= 3 && !find(prerequisite); attempt += 1) {
      // Another program may hold the package manager's own lock.
      if (attempt > 1) await wait(10_000)
      console.log(`Installing ${name} for the tests: apt-get install ${debianPackage}…`)
      await aptGet(['update', '-qq'])
      await aptGet(['install', '-y', '-q', '--no-install-recommends', debianPackage])
    }
    return find(prerequisite)
  })
}

function aptGet(args) {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return runChild('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], { environment })
}

function missing({ name, variable, debianPackage }) {
  if (process.env[variable]) return `${variable} names ${process.env[variable]}, which is not a program.`
  return [
    `The tests need ${name}. Install it with`,
    `  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${debianPackage}`,
    `or name one that is there already: ${variable}=<path of the program> npm test`,
  ].join('\n')
}
