import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import process from 'node:process'
import { root } from './paths.mjs'

/** Runs a program at the root of the repository, its output shown, and resolves to its exit code. */
export function runChild(command, args, { environment = process.env, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: environment, stdio: 'inherit', shell })
    const signals = forwardSignals(child)
    child.on('error', (error) => {
      signals.stop()
      reject(error)
    })
    child.on('exit', (code, signal) => {
      signals.stop()
      // Told to stop, we stop as well, now that the child is down; the next step is not started.
      if (signals.received) process.kill(process.pid, signals.received)
      else resolve(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })
}

/** The same for a program in JavaScript, by this very Node. */
export function runNode(args, options) {
  return runChild(process.execPath, args, options)
}

function forwardSignals(child) {
  const names = ['SIGTERM', 'SIGHUP', 'SIGINT']
  let received
  function forward(signal) {
    received = signal
    // A terminal sends its Ctrl-C to the child as well; a second one means "now, without tidying up".
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const name of names) process.on(name, forward)
  return {
    get received() {
      return received
    },
    stop() {
      for (const name of names) process.off(name, forward)
    },
  }
}
