import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface SshKey {
  readonly privateKey: string
  /** One line, as in authorized_keys. */
  readonly publicKey: string
  /** As OpenSSH prints it: `SHA256:…`. */
  readonly fingerprint: string
}

export interface SshKeyOptions {
  readonly type?: 'ed25519' | 'rsa' | 'ecdsa'
  readonly passphrase?: string
  /** OpenSSH's own unless it is said otherwise. */
  readonly format?: 'PEM' | 'PKCS8'
}

/** A key pair made by OpenSSH's own program. */
export async function sshKey({
  type = 'ed25519',
  passphrase = '',
  format,
}: SshKeyOptions = {}): Promise<SshKey> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-ssh-'))
  try {
    const file = join(folder, 'key')
    const size = type === 'rsa' ? ['-b', '2048'] : []
    const written = format === undefined ? [] : ['-m', format]
    await run('ssh-keygen', [
      '-q',
      '-t',
      type,
      ...size,
      ...written,
      '-N',
      passphrase,
      '-C',
      'test',
      '-f',
      file,
    ])
    const { stdout } = await run('ssh-keygen', ['-l', '-f', `${file}.pub`])
    return {
      privateKey: await readFile(file, 'utf8'),
      publicKey: (await readFile(`${file}.pub`, 'utf8')).trim(),
      fingerprint: /SHA256:\S+/.exec(stdout)?.[0] ?? '',
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
