import { readFileSync } from 'node:fs'
import process from 'node:process'

const shells = new Set(['sh', 'dash', 'bash', 'ash', 'busybox'])

/**
 * Stops this process when the npm that started it is gone. npm killed outright passes no signal on, and a
 * server left behind would hold the port and the data folder.
 */
export function stopWithParent() {
  const parent = process.ppid
  const grandparent = shells.has(nameOf(parent)) ? parentOf(parent) : undefined

  const timer = setInterval(() => {
    const gone = process.ppid !== parent || (grandparent !== undefined && parentOf(parent) !== grandparent)
    if (!gone) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  timer.unref()
}

// npm runs scripts through a shell. Most replace themselves with the command; where one stays, npm is the
// grandparent. Only Linux tells here; elsewhere the shells in use do not stay.
function nameOf(pid) {
  return statusOf(pid)?.name
}

function parentOf(pid) {
  return statusOf(pid)?.parent
}

function statusOf(pid) {
  try {
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return name === undefined ? undefined : { name, parent: Number(parent) }
  } catch {
    return undefined
  }
}
