import { parseArgs } from 'node:util'
import { adopt } from './adopt.ts'
import { badUsage } from './configured.ts'
import { quarantine } from './quarantine.ts'
import { serve } from './serve.ts'
import type { CommandOptions } from './which-realm.ts'

interface Command {
  readonly run: (options: CommandOptions) => Promise<void>
  /** Words that may follow. */
  readonly options: Readonly<Record<string, { readonly type: 'boolean' | 'string' }>>
}

const realm = { type: 'string' } as const
const commands: Readonly<Record<string, Command>> = {
  serve: { run: () => serve(), options: {} },
  adopt: { run: adopt, options: { realm } },
  quarantine: { run: quarantine, options: { realm, force: { type: 'boolean' } } },
}

/** Runs what the words after the program's name say. */
export async function runCommand([name = 'serve', ...args]: readonly string[]): Promise<void> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) return refuse(`There is no command ${name}. Commands: ${Object.keys(commands).join(', ')}.`)
  const { values, tokens } = parseArgs({ args, options: command.options, strict: false, tokens: true })
  const fault = tokens.map((token) => faultOf(token, command)).find((each) => each !== undefined)
  if (fault !== undefined) return refuse(`sallyport ${name} ${fault}`)
  await command.run(values)
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number]

/** In our own words: the library's say how it would be written in code. */
function faultOf(token: Token, { options }: Command): string | undefined {
  if (token.kind !== 'option') return `does not take ${token.kind === 'positional' ? token.value : '--'}.`
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
