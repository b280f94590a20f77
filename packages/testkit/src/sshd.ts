import { mkdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { type Daemon, freePort, startDaemon } from './daemon.ts'
import type { SshKey } from './ssh-keys.ts'

export interface SshdOptions {
  readonly hostKeys: readonly SshKey[]
  /** Keys that may log in. */
  readonly authorized: readonly SshKey[]
  /** Further lines of its configuration. */
  readonly settings?: readonly string[]
  readonly port?: number
}

/** OpenSSH's server. Whoever logs in does so as the user that runs the tests, and begins in `files`. */
export interface Sshd extends Daemon {
  readonly username: string
  /** The folder that paths begin at. */
  readonly files: string
}

export async function startSshd(options: SshdOptions): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-sshd-'))
  const files = join(folder, 'files')
  mkdirSync(files)
  // Run by root, it changes to this empty folder while nobody is logged in.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const keyFiles = options.hostKeys.map((_, index) => join(folder, `host-${index}`))
  for (const [index, { privateKey }] of options.hostKeys.entries()) {
    await writeFile(keyFiles[index] ?? '', privateKey, { mode: 0o600 })
  }
  const authorized = join(folder, 'authorized')
  await writeFile(authorized, options.authorized.map(({ publicKey }) => `${publicKey}\n`).join(''))
  const port = options.port ?? (await freePort())
  const settings = [
    ...(options.settings ?? []),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...keyFiles.map((file) => `HostKey ${file}`),
    `AuthorizedKeysFile ${authorized}`,
    `PidFile ${join(folder, 'pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    `Subsystem sftp internal-sftp -d ${files}`,
    'MaxStartups 100',
    // The first that is said holds; each test has many logins from one address.
    'LogLevel INFO',
  ]
  const file = join(folder, 'sshd_config')
  await writeFile(file, `${settings.join('\n')}\n`)
  const daemon = await startDaemon(process.env.SSHD_PATH ?? '/usr/sbin/sshd', ['-D', '-e', '-f', file], port)
  return {
    ...daemon,
    username: userInfo().username,
    files,
    async stop() {
      await daemon.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
