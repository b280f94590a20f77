import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { type Daemon, freePort, startDaemon } from './daemon.ts'
import type { SshKey } from './ssh-keys.ts'

export interface ProftpdOptions {
  readonly hostKeys: readonly SshKey[]
  readonly username: string
  readonly password: string
  /** Keys that may log in beside the password. */
  readonly authorized?: readonly SshKey[]
  /** Ways to log in, each of which suffices; `publickey+password` demands both. */
  readonly authMethods?: readonly string[]
}

/** ProFTPD with mod_sftp and a user of its own, who begins in `files`. */
export interface Proftpd extends Daemon {
  readonly files: string
}

/** Who serves the files: nobody where the tests run as root, so that permissions mean something. */
function owner() {
  if (process.getuid?.() === 0) return { uid: 65_534, gid: 65_534, user: 'nobody', group: 'nogroup' }
  const group = execFileSync('id', ['-gn']).toString().trim()
  const { uid, gid, username } = userInfo()
  return { uid, gid, user: username, group }
}

export async function startProftpd(options: ProftpdOptions): Promise<Proftpd> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-proftpd-'))
  chmodSync(folder, 0o755)
  const files = join(folder, 'files')
  mkdirSync(files)
  chmodSync(files, 0o777)
  const { uid, gid, user, group } = owner()
  const keyFiles = await writeKeys(folder, options)
  const users = join(folder, 'users')
  const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], { input: options.password })
    .toString()
    .trim()
  await writeFile(users, `${options.username}:${hash}:${uid}:${gid}::${files}:/bin/false\n`, { mode: 0o600 })
  const port = await freePort()
  const methods = options.authMethods ?? ['publickey', 'password']
  const file = join(folder, 'proftpd.conf')
  const settings = configuration(folder, { port, user, group, users, keyFiles, methods })
  await writeFile(file, `${settings.join('\n')}\n`)
  const daemon = await startDaemon(
    process.env.PROFTPD_PATH ?? '/usr/sbin/proftpd',
    ['-n', '-q', '-c', file],
    port,
  )
  return {
    ...daemon,
    files,
    async stop() {
      await daemon.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function writeKeys(folder: string, options: ProftpdOptions): Promise<string[]> {
  const files = options.hostKeys.map((_, index) => join(folder, `host-${index}`))
  for (const [index, { privateKey }] of options.hostKeys.entries()) {
    await writeFile(files[index] ?? '', privateKey, { mode: 0o600 })
  }
  // RFC 4716, the only format that it takes.
  const keys = (options.authorized ?? []).map(({ publicKey }) => {
    const lines = (publicKey.split(' ')[1] ?? '').match(/.{1,70}/g) ?? []
    return ['---- BEGIN SSH2 PUBLIC KEY ----', ...lines, '---- END SSH2 PUBLIC KEY ----', ''].join('\n')
  })
  await writeFile(join(folder, 'authorized'), keys.join(''))
  return files
}

function configuration(
  folder: string,
  {
    port,
    user,
    group,
    users,
    keyFiles,
    methods,
  }: {
    readonly port: number
    readonly user: string
    readonly group: string
    readonly users: string
    readonly keyFiles: readonly string[]
    readonly methods: readonly string[]
  },
): string[] {
  return [
    'ServerType standalone',
    'DefaultAddress 127.0.0.1',
    `Port ${port}`,
    `User ${user}`,
    `Group ${group}`,
    'UseIPv6 off',
    'UseReverseDNS off',
    'WtmpLog off',
    'DelayEngine off',
    'MaxInstances 60',
    `PidFile ${join(folder, 'pid')}`,
    `ScoreboardFile ${join(folder, 'scoreboard')}`,
    `SystemLog ${join(folder, 'system.log')}`,
    'LoadModule mod_sftp.c',
    'AuthOrder mod_auth_file.c',
    `AuthUserFile ${users}`,
    'RequireValidShell off',
    'AllowOverwrite on',
    'HiddenStores off',
    'SFTPEngine on',
    `SFTPLog ${join(folder, 'sftp.log')}`,
    ...keyFiles.map((file) => `SFTPHostKey ${file}`),
    `SFTPAuthorizedUserKeys file:${join(folder, 'authorized')}`,
    `SFTPAuthMethods ${methods.join(' ')}`,
  ]
}
