import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { type FileFacts, type Handle, pieceBytes, type SftpSession } from '../egress/sftp-session.ts'
import { SallyportError } from '../error.ts'
import { factsOrNothing, makeFolders, removeFolders, unlessAbsent } from './folder.ts'
import { done, type FilesReply } from './reply.ts'

/** Pieces sent ahead of the server's word that it has them: all of an upload that is ever in memory. */
const piecesAhead = 16

export interface Upload {
  /** Path of the file. */
  readonly path: string
  readonly content: Readable | undefined
  /** Told of the bytes of each chunk. */
  readonly sent?: (bytes: number) => void
  /** A session to clean up with where the first one broke off. */
  readonly reopen: () => Promise<SftpSession>
}

/**
 * Writes a file under another name beside it and renames that, so that whoever reads sees the old one or the new.
 * What breaks off leaves nothing behind: neither part of a file nor the folders that were made for it.
 *
 * @throws SallyportError not_a_file, not_a_folder, permission_denied, disk_full, bad_request where the caller broke off
 */
export async function writeFile(session: SftpSession, upload: Upload): Promise<FilesReply> {
  const { path } = upload
  const replaced = await replacedBy(session, path)
  const folder = path.slice(0, path.lastIndexOf('/')) || '/'
  const temporary = `${folder === '/' ? '' : folder}/.sallyport-${randomBytes(9).toString('hex')}.part`
  const made = replaced ? [] : await makeFolders(session, folder)
  try {
    const handle = await session.create(temporary)
    await fill(session, handle, upload, folder)
    if (replaced?.mode !== undefined && replaced.type === 'file') {
      // Not every server lets a user do so; the content is what was asked for.
      await session.setMode(handle, replaced.mode & 0o7777).catch(() => undefined)
    }
    await session.close(handle)
    await moveInPlace(session, temporary, path)
  } catch (error) {
    await cleanUp(session, upload, { temporary, made })
    throw error
  }
  return done(replaced ? 204 : 201)
}

async function replacedBy(session: SftpSession, path: string): Promise<FileFacts | undefined> {
  const facts = await unlessAbsent(session.linkFacts(path))
  if (facts?.type === 'folder') throw new SallyportError('not_a_file')
  return facts
}

/** Sends the content with several pieces under way, no faster than the server takes them. */
async function fill(
  session: SftpSession,
  handle: Handle,
  { content, sent }: Upload,
  folder: string,
): Promise<void> {
  const underWay: Promise<void>[] = []
  let position = 0
  try {
    for await (const chunk of received(session, content)) {
      sent?.(chunk.length)
      for (let start = 0; start < chunk.length; start += pieceBytes) {
        const piece = chunk.subarray(start, start + pieceBytes)
        const written = session.write(handle, piece, position)
        // Its failure is seen when its turn comes, or is not the first.
        written.catch(() => undefined)
        underWay.push(written)
        position += piece.length
        if (underWay.length >= piecesAhead) await underWay.shift()
      }
    }
    await Promise.all(underWay)
  } catch (error) {
    await Promise.allSettled(underWay)
    throw await whyNotWritten(session, folder, error)
  }
}

/** The content as it arrives, until the session ends: a caller who pauses must not keep that from being noticed. */
async function* received(session: SftpSession, content: Readable | undefined): AsyncGenerator<Buffer> {
  if (!content) return
  // Left whole, so that what is not read can be dropped: the caller's next request comes on the same connection.
  const chunks = content.iterator({ destroyOnReturn: false })
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<Buffer>>((resolve, reject) => {
        session.onEnd(reject)
        chunks.next().then(resolve, (cause) => reject(brokenOff(cause)))
      })
      if (next.done) return
      yield next.value
    }
  } finally {
    session.onEnd(undefined)
    const dropRest = () => void content.resume()
    chunks.return?.().then(dropRest, dropRest)
  }
}

function brokenOff(cause: unknown): SallyportError {
  return new SallyportError('bad_request', { message: 'The upload broke off. Send it again.', cause })
}

/** OpenSSH does not say that the disk is full, but tells how much is free. */
async function whyNotWritten(session: SftpSession, folder: string, error: unknown): Promise<unknown> {
  if (!(error instanceof SallyportError) || error.code !== 'file_operation_failed') return error
  const free = await session.freeBytes(folder).catch(() => undefined)
  return free !== undefined && free < pieceBytes ? new SallyportError('disk_full') : error
}

/**
 * In one step where the server can, as almost all do. Else the old file is put aside first and brought back if the
 * new one cannot take its place: for a moment there is none, but never half of one.
 */
async function moveInPlace(session: SftpSession, temporary: string, path: string): Promise<void> {
  if (session.replacesAtOnce) return session.replace(temporary, path)
  try {
    await session.rename(temporary, path)
  } catch (error) {
    if (!(await factsOrNothing(session, path))) throw error
    const aside = temporary.replace(/\.part$/, '.old')
    await session.rename(path, aside)
    try {
      await session.rename(temporary, path)
    } catch (cause) {
      await session.rename(aside, path)
      throw cause
    }
    await session.removeFile(aside)
  }
}

async function cleanUp(
  session: SftpSession,
  { reopen }: Upload,
  { temporary, made }: { readonly temporary: string; readonly made: readonly string[] },
): Promise<void> {
  const usable = session.isEnded ? await reopen().catch(() => undefined) : session
  if (!usable) return
  await usable.removeFile(temporary).catch(() => undefined)
  await removeFolders(usable, made)
  if (usable !== session) usable.end()
}
