import { parseArgs } from 'node:util'
import { adopt } from './adopt.ts'
import { auditVerify } from './audit-verify.ts'
import { backup } from './backup.ts'
import { badUsage } from './configured.ts'
import { emulate } from './emulate.ts'
import { quarantine } from './quarantine.ts'
import { restore } from './restore.ts'
import { serve } from './serve.ts'
import type { CommandOptions } from './which-realm.ts'

interface Command {
  readonly run: (options: CommandOptions) => Promise<void>
  /** What a word that has to follow names. */
  readonly word?: 'file' | 'provider'
  /** Options that may follow. */
  readonly options: Readonly<Record<string, { readonly type: 'boolean' | 'string' }>>
}

const text = { type: 'string' } as const
const realm = text
const force = { type: 'boolean' } as const
const commands: Readonly<Record<string, Command>> = {
  serve: { run: () => serve(), options: {} },
  adopt: { run: adopt, options: { realm } },
  quarantine: { run: quarantine, options: { realm, force } },
  backup: { run: backup, word: 'file', options: { realm, force } },
  restore: { run: restore, word: 'file', options: { realm, check: { type: 'boolean' } } },
  emulate: {
    run: emulate,
    word: 'provider',
    options: { port: text, page: { type: 'boolean' }, 'expires-in': text, rotate: text, fail: text },
  },
  'audit verify': { run: auditVerify, options: { realm, organization: text, checkpoint: text, file: text } },
}

/** Runs what the words after the program's name say. */
export async function runCommand(words: readonly string[]): Promise<void> {
  const { name, args } = named(words)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) return refuse(`There is no command ${name}. Commands: ${Object.keys(commands).join(', ')}.`)
  const { values, positionals, tokens } = parseArgs({
    ...{ args, options: command.options, strict: false, allowPositionals: true, tokens: true },
  })
  const [word] = positionals
  const fault =
    tokens.map((token) => faultOf(token, command)).find((each) => each !== undefined) ??
    faultOfWords(positionals, command)
  if (fault !== undefined) return refuse(`sallyport ${name} ${fault}`)
  await command.run({ ...values, ...(word !== undefined && { [command.word ?? 'file']: word }) })
}

function faultOfWords(words: readonly string[], { word }: Command): string | undefined {
  const [unwanted] = word === undefined ? words : words.slice(1)
  if (unwanted !== undefined) return `does not take ${unwanted}.`
  return word !== undefined && words.length === 0 ? `needs a ${word}.` : undefined
}

/** Some commands are two words. */
function named([first = 'serve', ...rest]: readonly string[]) {
  const two = `${first} ${rest[0]}`
  return Object.hasOwn(commands, two) ? { name: two, args: rest.slice(1) } : { name: first, args: rest }
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number]

/** In our own words: the library's say how it would be written in code. */
function faultOf(token: Token, { options }: Command): string | undefined {
  if (token.kind === 'positional') return undefined
  if (token.kind !== 'option') return 'does not take --.'
  const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
  if (!option) return `does not take ${token.rawName}.`
  if (option.type === 'boolean')
    return token.value === undefined ? undefined : `takes ${token.rawName} without a value.`
  return token.value === undefined ? `takes ${token.rawName} with a value.` : undefined
}

function refuse(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = badUsage
}
