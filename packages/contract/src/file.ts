import { z } from 'zod'

/** What lies in a folder, as `GET /sftp/{account}/{folder}/` answers. */
export const FolderReply = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['file', 'folder', 'link', 'other']),
      size: z.int().optional().describe('bytes'),
      modified: z.iso.datetime().optional(),
    }),
  ),
})
export type FolderReply = z.infer<typeof FolderReply>
export type FolderItem = FolderReply['items'][number]
