import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { sshKey } from '@sallyport/testkit'
import ssh2, { type AuthContext, type Connection, type SFTPWrapper } from 'ssh2'
import { onTestFinished } from 'vitest'
import { Secret } from '../secret.ts'
import { seenHostKey } from './host-key.ts'
import { loopback } from './servers.suite.ts'
import type { FileServer } from './ssh.ts'

const { STATUS_CODE } = ssh2.utils.sftp

/** How a server misbehaves, or is merely old. */
export interface SshServerOptions {
  /** Decides on each attempt to log in; `password` is `right` unless it is said otherwise. */
  readonly onLogin?: (attempt: AuthContext, connection: Connection) => void
  /** Status with which every piece of an upload is refused. */
  readonly writeStatus?: number
  /** Names after which no question is answered any more. */
  readonly silentAfter?: 'LSTAT'
}

/** A server that knows no extension: files by path in memory, and renames that replace nothing. */
export async function sshServer(options: SshServerOptions = {}) {
  const key = await sshKey()
  const files = new Map<string, Buffer>()
  const asked: string[] = []
  const server = new ssh2.Server({ hostKeys: [key.privateKey] }, (connection) => {
    connection.on('error', () => undefined)
    connection.on('authentication', (attempt) => {
      asked.push(`login ${attempt.method}`)
      if (options.onLogin) options.onLogin(attempt, connection)
      else if (attempt.method === 'password' && attempt.password === 'right') attempt.accept()
      else attempt.reject(['password'])
    })
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => serve(acceptSftp(), { options, files, asked }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const account: FileServer = {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    hostKey: fingerprintOf(key.publicKey),
    root: undefined,
    username: 'user',
    password: new Secret('right'),
    privateKey: undefined,
    passphrase: undefined,
  }
  return { account, files, asked, policy: { allowedPrivate: loopback } }
}

function fingerprintOf(line: string): string {
  return seenHostKey(Buffer.from(line.split(' ')[1] ?? '', 'base64')).fingerprint
}

function serve(
  sftp: SFTPWrapper,
  { options, files, asked }: { options: SshServerOptions; files: Map<string, Buffer>; asked: string[] },
): void {
  const handles: string[] = []
  const pathOf = (handle: Buffer) => handles[handle[0] ?? 0] ?? ''
  const attributes = (path: string) => {
    const content = files.get(path)
    const mode = content ? 0o100644 : path === '.' ? 0o40755 : undefined
    return mode === undefined
      ? undefined
      : { mode, size: content?.length ?? 0, uid: 0, gid: 0, atime: 0, mtime: 0 }
  }
  const stat = (id: number, path: string) => {
    const found = attributes(path)
    if (found) sftp.attrs(id, found)
    else sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
  }
  sftp.on('OPEN', (id, path) => {
    files.set(path, Buffer.alloc(0))
    handles.push(path)
    sftp.handle(id, Buffer.from([handles.length - 1]))
  })
  sftp.on('WRITE', (id, handle, offset, data) => {
    if (options.writeStatus !== undefined) return sftp.status(id, options.writeStatus)
    const path = pathOf(handle)
    files.set(path, Buffer.concat([files.get(path)?.subarray(0, offset) ?? Buffer.alloc(0), data]))
    sftp.status(id, STATUS_CODE.OK)
  })
  sftp.on('FSETSTAT', (id) => sftp.status(id, STATUS_CODE.PERMISSION_DENIED))
  sftp.on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK))
  sftp.on('STAT', stat)
  sftp.on('LSTAT', (id, path) => {
    asked.push(`lstat ${path}`)
    if (options.silentAfter !== 'LSTAT') stat(id, path)
  })
  sftp.on('REMOVE', (id, path) => {
    sftp.status(id, files.delete(path) ? STATUS_CODE.OK : STATUS_CODE.NO_SUCH_FILE)
  })
  sftp.on('RENAME', (id, from, to) => {
    asked.push(`rename to ${to.replace(/[0-9a-f]{18}/, '*')}`)
    const content = files.get(from)
    if (!content || files.has(to)) return sftp.status(id, STATUS_CODE.FAILURE)
    files.set(to, content)
    files.delete(from)
    sftp.status(id, STATUS_CODE.OK)
  })
}
