import { type Fault, lineAt } from './fault.ts'
import { blank } from './source-kinds.ts'
import { isTest, type Source } from './sources.ts'

type AllowList = Readonly<Record<string, string>>

/** Files that take a secret out of its wrapper without being on the list, and rows that are no longer needed. */
export function checkReveals(sources: readonly Source[], sites: AllowList): readonly Fault[] {
  const revealing = sources.flatMap(({ file, text }) => {
    const code = blank(text, 'comment', 'string', 'template', 'expression')
    const match = /\.\s*reveal\b/.exec(code)
    return match && !isTest(file) ? [{ file, line: lineAt(code, match.index) }] : []
  })
  const unlisted = revealing
    .filter(({ file }) => !(file in sites))
    .map(({ file, line }) => ({
      file,
      line,
      sentence: `A secret is revealed here. Read where it goes, then add to tools/reveal-sites.ts: '${file}': '<why>',`,
    }))
  return [...unlisted, ...staleRows(sites, 'tools/reveal-sites.ts', revealing)]
}

/** Files too long to be one idea, unless they are listed with a reason. */
export function checkLengths(
  sources: readonly Source[],
  allowed: AllowList,
  longest: number,
): readonly Fault[] {
  const long = sources
    .map(({ file, text }) => ({ file, line: text.trimEnd().split('\n').length }))
    .filter(({ line }) => line > longest)
  const unlisted = long
    .filter(({ file }) => !(file in allowed))
    .map(({ file, line }) => ({
      file,
      line,
      sentence: `${line} lines, where ${longest} are the most: split it by idea, or give a reason in tools/long-files.ts.`,
    }))
  return [...unlisted, ...staleRows(allowed, 'tools/long-files.ts', long)]
}

function staleRows(list: AllowList, listFile: string, found: readonly { file: string }[]): readonly Fault[] {
  return Object.keys(list)
    .filter((file) => !found.some((each) => each.file === file))
    .map((file) => ({ file: listFile, line: 1, sentence: `${file} no longer needs its row: remove it.` }))
}
