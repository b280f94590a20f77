import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { headroomMegabytes, sandboxCommand, sandboxFlags } from './command.ts'
import { sandboxLimits } from './job.ts'

const flags = sandboxFlags(sandboxLimits)

/** What a program says that runs as the sandbox does. */
function said(program: string) {
  const { stdout } = spawnSync(process.execPath, [...flags, '-p', program], { env: {}, cwd: '/' })
  return stdout.toString().trim()
}

const codeOf = (attempt: string) =>
  said(`(() => { try { ${attempt}; return 'done' } catch (error) { return error.code } })()`)

test.each([
  ['reads no file but its own program', `require('node:fs').readFileSync('/etc/hostname')`],
  [
    'reads nothing of who started it',
    `require('node:fs').readFileSync('/proc/' + process.ppid + '/environ')`,
  ],
  ['writes no file', `require('node:fs').writeFileSync('/tmp/sallyport-sandbox', '')`],
  ['starts no process', `require('node:child_process').spawnSync('true')`],
  ['starts no thread', `new (require('node:worker_threads').Worker)('', { eval: true })`],
])('a process that is made as the sandbox is %s', (_what, attempt) => {
  expect(codeOf(attempt)).toBe('ERR_ACCESS_DENIED')
})

test.runIf(process.platform === 'linux')('what lies beside its heap is bounded too', () => {
  const program =
    "try { Buffer.alloc(6e8); console.log('taken') } catch (error) { console.log(error.message) }"
  const outputs = headroomMegabytes.map((headroom) => {
    const command = sandboxCommand(sandboxLimits, headroom)
    const { stdout } = spawnSync(command.program, [...command.words.slice(0, -2), '-e', program], {
      env: {},
      cwd: '/',
    })
    return stdout.toString().trim()
  })
  // With the least that it starts with.
  expect(outputs.find((output) => output !== '')).toMatch(/allocation failed/i)
  expect(outputs.at(-1)).toBe('taken')
})
