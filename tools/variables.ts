import { type Fault, lineAt } from './fault.ts'
import type { TrackedFile } from './tracked-files.ts'

const reader = 'packages/server/src/config.ts'
const pages = ['README.md', 'docs/configuration.md']
const variable = /\bSALLYPORT_[A-Z0-9_]*[A-Z0-9]\b/g

/** Variables that the program reads and no page explains, and variables explained that nothing reads. */
export function checkVariables(files: readonly TrackedFile[]): readonly Fault[] {
  const read = firstMentions(files.filter(({ file }) => file === reader))
  if (read.size === 0) return []
  const explained = firstMentions(files.filter(({ file }) => pages.includes(file)))
  return [
    ...missingFrom(
      explained,
      read,
      (name) => `${name} is read here and explained in neither ${pages.join(' nor ')}.`,
    ),
    ...missingFrom(read, explained, (name) => `${name} is explained here, but ${reader} does not read it.`),
  ]
}

interface Mention {
  readonly file: string
  readonly line: number
}

function firstMentions(files: readonly TrackedFile[]): ReadonlyMap<string, Mention> {
  const mentions = new Map<string, Mention>()
  for (const { file, text } of files) {
    for (const match of text.matchAll(variable)) {
      if (!mentions.has(match[0])) mentions.set(match[0], { file, line: lineAt(text, match.index) })
    }
  }
  return mentions
}

function missingFrom(
  there: ReadonlyMap<string, Mention>,
  here: ReadonlyMap<string, Mention>,
  sentence: (name: string) => string,
): readonly Fault[] {
  return [...here]
    .filter(([name]) => !there.has(name))
    .map(([name, mention]) => ({ ...mention, sentence: sentence(name) }))
}
