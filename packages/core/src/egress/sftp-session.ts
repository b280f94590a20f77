import type { Client, FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2'
import { SallyportError } from '../error.ts'
import { EgressError } from './failure.ts'
import { sftpFailure } from './sftp-failure.ts'
import { connectSsh, type FileServer, type SshPolicy } from './ssh.ts'

/** What a server says of a file. Sizes in bytes, times in epoch milliseconds. */
export interface FileFacts {
  readonly type: 'file' | 'folder' | 'link' | 'other'
  readonly size: number | undefined
  readonly modifiedAt: number | undefined
  /** Permission bits, as far as the server names them. */
  readonly mode: number | undefined
}

/** An open file or folder of the server's. */
export type Handle = Buffer

type Callback<T> = (error: Error | null | undefined, value: T) => void
/** Beyond the typings: extensions that the library sends only where the server offers them. */
interface Extended {
  readonly _extensions: Readonly<Record<string, string>>
  ext_openssh_statvfs(path: string, done: Callback<{ f_bavail: number; f_frsize: number }>): void
}

/** The longest piece that servers other than OpenSSH's take in one packet. */
export const pieceBytes = 31_744
const endOfFile = 1

/**
 * One login and its SFTP channel. Every operation rejects with a SallyportError, and with `upstream_timeout` when
 * the server says nothing in time; then the whole session has ended.
 */
export class SftpSession {
  readonly #client: Client
  readonly #sftp: SFTPWrapper
  readonly #silence: number
  readonly #waiting = new Set<(error: Error) => void>()
  #ended: Error | undefined
  #listener: ((error: Error) => void) | undefined

  constructor(client: Client, sftp: SFTPWrapper, silenceMilliseconds: number) {
    this.#client = client
    this.#sftp = sftp
    this.#silence = silenceMilliseconds
    const broken = (cause?: Error) => this.#end(new EgressError('upstream_unreachable', 'unknown', { cause }))
    client.on('error', broken)
    client.on('close', () => broken())
    sftp.on('error', broken)
    sftp.on('close', () => broken())
  }

  /** True once nothing more can be asked. */
  get isEnded(): boolean {
    return this.#ended !== undefined
  }

  /** Whom to tell that it has ended, and why: one at a time. */
  onEnd(listener: ((error: Error) => void) | undefined): void {
    this.#listener = listener
    if (this.#ended) listener?.(this.#ended)
  }

  facts(path: string): Promise<FileFacts> {
    return this.#ask<Stats>((done) => this.#sftp.stat(path, done)).then(factsOf)
  }

  /** Of a link itself, and not of what it leads to. */
  linkFacts(path: string): Promise<FileFacts> {
    return this.#ask<Stats>((done) => this.#sftp.lstat(path, done)).then(factsOf)
  }

  handleFacts(handle: Handle): Promise<FileFacts> {
    return this.#ask<Stats>((done) => this.#sftp.fstat(handle, done)).then(factsOf)
  }

  open(path: string): Promise<Handle> {
    return this.#ask((done) => this.#sftp.open(path, 'r', done))
  }

  /** A new file; fails where there is one. */
  create(path: string): Promise<Handle> {
    return this.#ask((done) => this.#sftp.open(path, 'wx', done))
  }

  close(handle: Handle): Promise<void> {
    return this.#ask((done) => this.#sftp.close(handle, done as Callback<void>))
  }

  /** What the server gives of this piece, undefined at the end of the file. */
  async read(handle: Handle, position: number, length: number): Promise<Buffer | undefined> {
    const piece = Buffer.allocUnsafe(length)
    try {
      const count = await this.#ask<number>((done) =>
        this.#sftp.read(handle, piece, 0, length, position, (error, bytes) => done(error, bytes)),
      )
      return count === 0 ? undefined : piece.subarray(0, count)
    } catch (error) {
      if (isEndOfFile(error)) return undefined
      throw error
    }
  }

  write(handle: Handle, piece: Buffer, position: number): Promise<void> {
    return this.#ask((done) =>
      this.#sftp.write(handle, piece, 0, piece.length, position, done as Callback<void>),
    )
  }

  /** Gives a file these permission bits. */
  setMode(handle: Handle, mode: number): Promise<void> {
    return this.#ask((done) => this.#sftp.fchmod(handle, mode, done as Callback<void>))
  }

  /** A folder's entries as the server brings them, without itself and the one above it. */
  async *list(path: string): AsyncGenerator<{ readonly name: string; readonly facts: FileFacts }[]> {
    const handle = await this.#ask<Handle>((done) => this.#sftp.opendir(path, done))
    try {
      for (;;) {
        const batch = await this.#ask<FileEntryWithStats[]>((done) =>
          this.#sftp.readdir(handle as never, done as never),
        ).catch((error: unknown) => {
          if (isEndOfFile(error)) return undefined
          throw error
        })
        if (!batch) return
        yield batch
          .filter(({ filename }) => filename !== '.' && filename !== '..')
          .map(({ filename, attrs }) => ({ name: filename, facts: factsOf(attrs as Stats) }))
      }
    } finally {
      await this.close(handle).catch(() => undefined)
    }
  }

  makeFolder(path: string): Promise<void> {
    return this.#ask((done) => this.#sftp.mkdir(path, done as Callback<void>))
  }

  removeFolder(path: string): Promise<void> {
    return this.#ask((done) => this.#sftp.rmdir(path, done as Callback<void>))
  }

  removeFile(path: string): Promise<void> {
    return this.#ask((done) => this.#sftp.unlink(path, done as Callback<void>))
  }

  /** Whether `replace` is one step on this server. */
  get replacesAtOnce(): boolean {
    return this.#extended._extensions['posix-rename@openssh.com'] === '1'
  }

  /** Renames over whatever file bears the new name. */
  replace(from: string, to: string): Promise<void> {
    return this.#ask((done) => this.#sftp.ext_openssh_rename(from, to, done as Callback<void>))
  }

  /** Renames; fails on most servers where there is one of the new name. */
  rename(from: string, to: string): Promise<void> {
    return this.#ask((done) => this.#sftp.rename(from, to, done as Callback<void>))
  }

  /** Bytes that this user can still write there, where the server says so. */
  async freeBytes(path: string): Promise<number | undefined> {
    if (this.#extended._extensions['statvfs@openssh.com'] !== '2') return undefined
    const disk = await this.#ask<{ f_bavail: number; f_frsize: number }>((done) =>
      this.#extended.ext_openssh_statvfs(path, done),
    )
    return disk.f_bavail * disk.f_frsize
  }

  /** Ends the session; what was asked and not answered rejects with this error. */
  end(error: Error = new EgressError('upstream_unreachable', 'unknown', { detail: 'session ended' })): void {
    this.#end(error)
  }

  get #extended(): Extended {
    return this.#sftp as unknown as Extended
  }

  #end(error: Error): void {
    if (this.#ended) return
    this.#ended = error
    this.#client.end()
    // A server that hangs would hold the connection for ever.
    this.#client.destroy()
    for (const fail of this.#waiting) fail(error)
    this.#waiting.clear()
    this.#listener?.(error)
  }

  #ask<T>(start: (done: Callback<T>) => void): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      const late = () => this.#end(new EgressError('upstream_timeout', 'unknown', { detail: 'sftp silence' }))
      const timer = setTimeout(late, this.#silence)
      const settle = () => {
        clearTimeout(timer)
        this.#waiting.delete(fail)
      }
      const fail = (error: Error) => {
        settle()
        reject(error)
      }
      this.#waiting.add(fail)
      try {
        start((error, value) => {
          settle()
          if (error) reject(sftpFailure(error))
          else resolve(value)
        })
      } catch (error) {
        fail(sftpFailure(error))
      }
    })
  }
}

/** Logs in and opens SFTP. @throws SallyportError as `connectSsh` does, or what aborts the signal */
export async function openSftp(
  policy: SshPolicy & { readonly silenceMilliseconds?: number },
  server: FileServer,
  signal: AbortSignal,
): Promise<SftpSession> {
  const client = await connectSsh(policy, server, signal)
  const silence = policy.silenceMilliseconds ?? 60_000
  let timer: NodeJS.Timeout | undefined
  try {
    signal.throwIfAborted()
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
      const refused = (detail: string) => () =>
        reject(new EgressError('upstream_unreachable', 'unknown', { detail }))
      timer = setTimeout(() => reject(new EgressError('upstream_timeout', 'unknown')), silence)
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      client.on('close', refused('closed before sftp'))
      client.on('error', refused('failed before sftp'))
      client.sftp((error, opened) => (error ? reject(noSftp(error)) : resolve(opened)))
    })
    return new SftpSession(client, sftp, silence)
  } catch (error) {
    client.destroy()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

function noSftp(cause: Error): SallyportError {
  return new SallyportError('permission_denied', {
    cause,
    message:
      'The server lets this user in, but gives no SFTP. Have the subsystem sftp enabled for this user.',
  })
}

function factsOf(stats: Stats): FileFacts {
  const { mode, size, mtime } = stats as Partial<Stats>
  const type =
    mode === undefined
      ? 'other'
      : stats.isFile()
        ? 'file'
        : stats.isDirectory()
          ? 'folder'
          : stats.isSymbolicLink()
            ? 'link'
            : 'other'
  return { type, size, modifiedAt: mtime === undefined ? undefined : mtime * 1000, mode }
}

function isEndOfFile(error: unknown): boolean {
  return error instanceof SallyportError && error.detail === `sftp status ${endOfFile}`
}
