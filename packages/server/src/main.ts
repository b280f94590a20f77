#!/usr/bin/env node
import { serve } from './commands/serve.ts'

const commands: Readonly<Record<string, () => Promise<void>>> = { serve }

const [name = 'serve'] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (command) await command()
else {
  process.stderr.write(`There is no command ${name}. Commands: ${Object.keys(commands).join(', ')}.\n`)
  process.exitCode = 64
}
