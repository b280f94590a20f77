import { Readable } from 'node:stream'
import { type FileFacts, type Handle, pieceBytes, type SftpSession } from '../egress/sftp-session.ts'
import { SallyportError } from '../error.ts'
import { type Range, rangeOf } from './range.ts'
import type { FilesReply } from './reply.ts'

/** Pieces asked for ahead of the reader: what a fast line holds, and all of a file that is ever in memory. */
const piecesAhead = 16

/** @throws SallyportError file_not_found, not_a_file, permission_denied, range_not_satisfiable */
export async function readFile(
  session: SftpSession,
  path: string,
  request: { readonly range: string | undefined; readonly withContent: boolean },
): Promise<FilesReply> {
  const handle = await opened(session, path)
  // Of the file that was opened: another may take its name at any moment.
  const facts = await session.handleFacts(handle)
  if (facts.type === 'folder' || (facts.type === 'other' && facts.mode !== undefined)) {
    throw new SallyportError('not_a_file')
  }
  const size = facts.size ?? 0
  const range = rangeOf(request.range, size)
  if (range === 'unsatisfiable') throw new RangeNotSatisfiable(size)
  const { start, end } = range ?? { start: 0, end: size }
  return {
    status: range ? 206 : 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(end - start),
      'accept-ranges': 'bytes',
      'content-disposition': 'attachment',
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
      ...(facts.modifiedAt !== undefined && { 'last-modified': new Date(facts.modifiedAt).toUTCString() }),
    },
    body: request.withContent ? Readable.from(pieces(session, handle, { start, end })) : undefined,
  }
}

/** A range behind the end of a file, whose size the reply names (RFC 9110 §15.5.17). */
export class RangeNotSatisfiable extends SallyportError {
  readonly size: number

  constructor(size: number) {
    super('range_not_satisfiable')
    this.size = size
  }
}

async function opened(session: SftpSession, path: string): Promise<Handle> {
  try {
    return await session.open(path)
  } catch (error) {
    // Some servers open no folder and do not say why.
    const facts = session.isEnded
      ? undefined
      : await session.facts(path).catch((): FileFacts | undefined => undefined)
    throw facts?.type === 'folder' ? new SallyportError('not_a_file') : error
  }
}

/** The range's bytes in order, with the next pieces already on their way while one is read. */
async function* pieces(session: SftpSession, handle: Handle, { start, end }: Range): AsyncGenerator<Buffer> {
  const ahead: Promise<Buffer>[] = []
  let next = start
  const ask = () => {
    while (ahead.length < piecesAhead && next < end) {
      const length = Math.min(pieceBytes, end - next)
      const piece = wholePiece(session, handle, next, length)
      // Whoever stops reading before this one leaves it without a listener.
      piece.catch(() => undefined)
      ahead.push(piece)
      next += length
    }
  }
  ask()
  for (let piece = ahead.shift(); piece; piece = ahead.shift()) {
    const bytes = await piece
    ask()
    yield bytes
  }
}

async function wholePiece(
  session: SftpSession,
  handle: Handle,
  position: number,
  length: number,
): Promise<Buffer> {
  const parts: Buffer[] = []
  let missing = length
  while (missing > 0) {
    const part = await session.read(handle, position + length - missing, missing)
    if (!part) throw new SallyportError('upstream_unreachable', { detail: 'the file became shorter' })
    parts.push(part)
    missing -= part.length
  }
  const [only] = parts
  return parts.length === 1 && only ? only : Buffer.concat(parts)
}
