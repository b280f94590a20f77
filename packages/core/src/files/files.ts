import type { Readable } from 'node:stream'
import type { Caller } from '../call/caller.ts'
import type { LastUsed } from '../call/last-used.ts'
import { Attempt, type CallRecord } from '../call/record.ts'
import { type ResolvePorts, resolve } from '../call/resolve.ts'
import type { Target } from '../credentials/target.ts'
import type { Egress } from '../egress/egress.ts'
import type { SftpSession } from '../egress/sftp-session.ts'
import type { FileServer } from '../egress/ssh.ts'
import { SallyportError } from '../error.ts'
import { type Principal, requireScope } from '../principal.ts'
import { deletePath } from './delete.ts'
import { makeFolder, readFolder } from './folder.ts'
import { type FilePath, readPath, serverPath } from './path.ts'
import { readFile } from './read.ts'
import type { FilesReply } from './reply.ts'
import { Stop } from './stop.ts'
import type { Turns } from './turns.ts'
import { writeFile } from './write.ts'

export interface FilesPorts extends ResolvePorts {
  readonly egress: Egress
  readonly lastUsed: LastUsed
  readonly turns: Turns
}

/** One call of a server of files, as the caller sent it. */
export interface FilesInput {
  readonly principal: Principal
  readonly account: string
  readonly method: string
  /** After the account and its slash, undecoded. */
  readonly path: string
  /** The Range header. */
  readonly range: string | undefined
  /** What is to be written. */
  readonly content: Readable
  /** Milliseconds to the first byte of the reply; while content is received it does not count. */
  readonly timeout: number | undefined
  readonly caller: Caller
  /** What is told of it. */
  readonly record: CallRecord
}

/** What a method does: with whom, until when, and as what it is told of. */
interface Working {
  readonly session: SftpSession
  readonly server: FileServer
  readonly stop: Stop
  readonly attempt: Attempt
}

type Work = (working: Working) => Promise<FilesReply>

/**
 * Reads, writes, lists or deletes, on a login of its own: the host key is compared with each call.
 *
 * @throws SallyportError when there is nothing to answer with
 */
export async function callFiles(ports: FilesPorts, input: FilesInput): Promise<FilesReply> {
  requireScope(input.principal, 'proxy:call')
  const path = readPath(input.path)
  const work = workOf(ports, input, path)
  const target = await resolve(ports, input.principal, input.account)
  input.record.target = target
  const server = serverOf(target)
  ports.lastUsed.note(target.account)
  const stop = new Stop(input.caller, input.timeout)
  let session: SftpSession | undefined
  let endTurn: (() => void) | undefined
  const end = () => {
    stop.end()
    session?.end()
    endTurn?.()
  }
  try {
    const asked = performance.now()
    endTurn = await ports.turns.take(target.account.id, stop.signal)
    input.record.waited('queued', asked)
    const attempt = new Attempt(originOf(server))
    input.record.begin(attempt)
    session = await ports.egress.openFiles(server, stop.signal)
    attempt.connectedAt = performance.now()
    stop.stops(session)
    const reply = await work({ session, server, stop, attempt })
    attempt.answeredAt = performance.now()
    attempt.status = reply.status
    stop.disarm()
    if (!reply.body) end()
    else reply.body.once('close', end)
    return reply
  } catch (error) {
    end()
    throw stop.reason ?? error
  }
}

function originOf({ host, port }: FileServer): string {
  return `sftp://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** @throws SallyportError passage_unsupported */
function serverOf({ scheme, connection, credential }: Target): FileServer {
  if (!scheme.open) {
    throw new SallyportError('passage_unsupported', {
      message: 'Accounts of this integration hold no files. Call the API through /proxy.',
    })
  }
  return scheme.open(connection, credential)
}

function workOf({ egress }: FilesPorts, input: FilesInput, { segments, isFolder }: FilePath): Work {
  const at = (server: FileServer) => serverPath(server.root, segments)
  switch (input.method) {
    case 'GET':
    case 'HEAD': {
      const withContent = input.method === 'GET'
      const { range } = input
      if (isFolder) return ({ session, server }) => readFolder(session, at(server), { withContent })
      return ({ session, server }) => readFile(session, at(server), { range, withContent })
    }
    case 'PUT':
      if (isFolder) return ({ session, server }) => makeFolder(session, at(server))
      return ({ session, server, stop, attempt }) => {
        stop.pauseFor(input.content)
        const reopen = () => egress.openFiles(server, AbortSignal.timeout(10_000))
        const sent = (bytes: number) => {
          attempt.bytesUp += bytes
        }
        return writeFile(session, { path: at(server), content: input.content, sent, reopen })
      }
    case 'DELETE':
      if (segments.length === 0) {
        throw new SallyportError('bad_request', { message: 'Name the file or folder that is to be deleted.' })
      }
      return ({ session, server }) => deletePath(session, at(server), isFolder)
    default:
      throw new SallyportError('method_refused', {
        message: 'Files take GET, HEAD, PUT and DELETE. Use one of these.',
      })
  }
}
