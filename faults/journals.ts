import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesIn } from '@sallyport/testkit'
import type { NodeProcess } from './node-process.ts'

/** How many answers for an account stand in the journals of nodes. */
export function journaled(nodes: readonly NodeProcess[], accountId: string): number {
  return nodes.flatMap(({ dataFolder }) => entriesIn(dataFolder, accountId)).length
}

function entriesIn(folder: string, accountId: string): string[] {
  return filesIn(folder).filter(
    (file) => /\/ans_\w+$/.test(file) && contentOf(join(folder, file)).includes(`"${accountId}"`),
  )
}

/** Empty where its process has removed it meanwhile. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
