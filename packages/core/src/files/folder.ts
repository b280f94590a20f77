import { Readable } from 'node:stream'
import type { FolderItem } from '@sallyport/contract'
import type { FileFacts, SftpSession } from '../egress/sftp-session.ts'
import { SallyportError } from '../error.ts'
import { done, type FilesReply } from './reply.ts'

/**
 * What lies in a folder, as JSON that is written while the server names it: a folder may hold millions.
 *
 * @throws SallyportError file_not_found, not_a_folder, permission_denied
 */
export async function readFolder(
  session: SftpSession,
  path: string,
  { withContent }: { readonly withContent: boolean },
): Promise<FilesReply> {
  const { type } = await session.facts(path)
  if (type !== 'folder') throw new SallyportError('not_a_folder')
  const batches = session.list(path)
  // The first batch tells whether it may be read at all, while that can still be said.
  const first = await batches.next()
  if (!withContent) await batches.return(undefined)
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: withContent ? Readable.from(json(first, batches)) : undefined,
  }
}

/**
 * Makes a folder and those above it.
 *
 * @throws SallyportError not_a_folder, permission_denied, disk_full
 */
export async function makeFolder(session: SftpSession, path: string): Promise<FilesReply> {
  const made = await makeFolders(session, path)
  return done(made.length > 0 ? 201 : 204)
}

/** Makes what is missing of a folder and those above it; what was made, the uppermost first. */
export async function makeFolders(session: SftpSession, path: string): Promise<string[]> {
  const facts = await factsOrNothing(session, path)
  if (facts?.type === 'folder') return []
  if (facts) throw new SallyportError('not_a_folder')
  const slash = path.lastIndexOf('/')
  const made = slash > 0 ? await makeFolders(session, path.slice(0, slash)) : []
  try {
    await session.makeFolder(path)
    return [...made, path]
  } catch (error) {
    // Another call may have made it at the same moment.
    const now = await factsOrNothing(session, path).catch(() => undefined)
    if (now?.type === 'folder') return made
    await removeFolders(session, made)
    throw error
  }
}

/** Takes back what was made, as far as it is still empty. */
export async function removeFolders(session: SftpSession, made: readonly string[]): Promise<void> {
  for (const path of [...made].reverse()) await session.removeFolder(path).catch(() => undefined)
}

/** Of what a path leads to, through links; undefined where there is nothing. */
export function factsOrNothing(session: SftpSession, path: string): Promise<FileFacts | undefined> {
  return unlessAbsent(session.facts(path))
}

/**
 * Undefined where there is nothing. Some servers only say that they failed where a file stands in for a folder;
 * whatever is done next there says more.
 */
export async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    const isAbsent =
      error instanceof SallyportError && ['file_not_found', 'file_operation_failed'].includes(error.code)
    if (isAbsent) return undefined
    throw error
  }
}

type Batches = AsyncGenerator<{ readonly name: string; readonly facts: FileFacts }[]>

async function* json(first: Awaited<ReturnType<Batches['next']>>, batches: Batches): AsyncGenerator<string> {
  yield '{"items":['
  let comma = ''
  for (let batch = first; !batch.done; batch = await batches.next()) {
    const items = batch.value.map(({ name, facts }) => JSON.stringify(itemOf(name, facts)))
    if (items.length === 0) continue
    yield comma + items.join(',')
    comma = ','
  }
  yield ']}'
}

function itemOf(name: string, { type, size, modifiedAt }: FileFacts): FolderItem {
  return {
    name,
    type,
    ...(size !== undefined && { size }),
    ...(modifiedAt !== undefined && { modified: new Date(modifiedAt).toISOString() }),
  }
}
