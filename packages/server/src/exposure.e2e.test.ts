import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type ServeCommand, serveCommand, testFolder } from './serve-command.suite.ts'
import { childrenOf } from './workers/workers.suite.ts'

const badConfiguration = 78

/** A node's processes: the primary, and those that it started. */
const processesOf = ({ child: { pid = 0 } }: ServeCommand) => [pid, ...childrenOf(pid)]

const coreLimits = (pid: number) =>
  /^Max core file size +(\S+) +(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.slice(1)

/** Ports that a process listens on. */
function portsOf(pid: number): readonly number[] {
  const folder = `/proc/${pid}/fd`
  const sockets = new Set(readdirSync(folder).map((name) => readlinkSync(`${folder}/${name}`)))
  const rows = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n'))
  const listening = rows.map((row) => row.trim().split(/\s+/)).filter((row) => row[3] === '0A')
  const own = listening.filter((row) => sockets.has(`socket:[${row[9]}]`))
  return own.map((row) => Number.parseInt(row[1]?.split(':')[1] ?? '', 16))
}

test('no process of a node dumps its memory or opens a debugger, however it is started and signalled', async () => {
  const node = await serveCommand(testFolder(), { SALLYPORT_WORKERS: '2' })
  await node.listening
  const processes = processesOf(node)
  expect(processes.map(coreLimits)).toEqual(Array.from({ length: 3 }, () => ['0', '0']))
  const before = processes.map(portsOf)
  for (const each of processes) process.kill(each, 'SIGUSR1')
  for (let request = 0; request < 10; request += 1) {
    const { status } = await fetch(`${node.origin}/healthz`, { headers: { connection: 'close' } })
    expect(status).toBe(200)
  }
  expect(processesOf(node)).toEqual(processes)
  expect(processes.map(portsOf)).toEqual(before)
  expect(node.stderr()).not.toMatch(/Debugger listening|core dump/)
})

test('where core dumps cannot be switched off, that is said loudly', async () => {
  const node = await serveCommand(testFolder(), {
    PATH: '/nonexistent',
    SALLYPORT_DATA_DIR: '/dev/null',
  })
  expect(await node.exited).toBe(badConfiguration)
  expect(node.stderr()).toMatch(/"level":40.*core dump.*ulimit -c 0/)
})

test('Node’s options that show secrets are refused at once, before anything is made', async () => {
  const folder = testFolder()
  const node = await serveCommand(folder, {
    NODE_OPTIONS: '--inspect=127.0.0.1:0 --heapsnapshot-signal=SIGUSR2 --report-on-signal',
    SALLYPORT_PORT: '70000',
  })
  expect(await node.exited).toBe(badConfiguration)
  const said = node.stderr().split('\n')
  const refusals = said.filter((line) => /^(Node's option|SALLYPORT_PORT) /.test(line))
  expect(refusals.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    'SALLYPORT_PORT must be',
    "Node's option --inspect",
    "Node's option --heapsnapshot-signal",
    "Node's option --report-on-signal",
  ])
  expect(readdirSync(folder)).toEqual([])
})
