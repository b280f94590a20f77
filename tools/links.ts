import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type Fault, lineAt } from './fault.ts'
import { anchorsOf, withoutCode } from './markdown.ts'
import type { TrackedFile } from './tracked-files.ts'

const inline = /\]\(\s*<?([^)\s>]+)>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/g
const reference = /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)>?/gm

/** Links between files of the repository that lead nowhere. */
export function checkLinks(root: string, files: readonly TrackedFile[]): readonly Fault[] {
  return files
    .filter(({ file }) => file.endsWith('.md'))
    .flatMap(({ file, text }) => {
      const prose = withoutCode(text)
      return [...prose.matchAll(inline), ...prose.matchAll(reference)].flatMap((match) => {
        const sentence = objection(root, file, match[1] ?? '')
        return sentence ? [{ file, line: lineAt(prose, match.index), sentence }] : []
      })
    })
}

function objection(root: string, from: string, link: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(link)) return undefined
  if (link.startsWith('/')) return `'${link}' leads out of the repository: link relative to this file.`

  const [path = '', anchor] = link.split('#')
  const target =
    path === '' ? from : posix.normalize(posix.join(posix.dirname(from), decodeURIComponent(path)))
  if (!existsSync(join(root, target))) return `'${link}' leads to ${target}, which is not there.`
  if (anchor === undefined || !target.endsWith('.md')) return undefined
  return anchorsOf(readFileSync(join(root, target), 'utf8')).has(anchor)
    ? undefined
    : `'${link}' leads to a heading that ${target} does not have.`
}
