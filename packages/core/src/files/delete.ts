import type { SftpSession } from '../egress/sftp-session.ts'
import { SallyportError } from '../error.ts'
import { done, type FilesReply } from './reply.ts'

/**
 * Deletes a file, or a link itself, or with `isFolder` an empty folder.
 *
 * @throws SallyportError file_not_found, not_a_file, not_a_folder, folder_not_empty, permission_denied
 */
export async function deletePath(session: SftpSession, path: string, isFolder: boolean): Promise<FilesReply> {
  const { type } = await session.linkFacts(path)
  if (isFolder && type !== 'folder') throw new SallyportError('not_a_folder')
  if (!isFolder && type === 'folder') throw new SallyportError('not_a_file')
  if (isFolder) await removeFolder(session, path)
  else await session.removeFile(path)
  return done(204)
}

async function removeFolder(session: SftpSession, path: string): Promise<void> {
  try {
    await session.removeFolder(path)
  } catch (error) {
    // Most servers do not say why.
    throw (await holdsSomething(session, path)) ? new SallyportError('folder_not_empty') : error
  }
}

async function holdsSomething(session: SftpSession, path: string): Promise<boolean> {
  try {
    for await (const batch of session.list(path)) if (batch.length > 0) return true
    return false
  } catch {
    return false
  }
}
