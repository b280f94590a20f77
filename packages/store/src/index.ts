export { FolderInUse } from './dialects/sqlite/hold.ts'
export { openSqlite } from './dialects/sqlite/open.ts'
export type { OpenedDatabase } from './opened-database.ts'
