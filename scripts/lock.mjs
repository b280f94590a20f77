import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'

const heartbeatMilliseconds = 2_000
const abandonedAfterMilliseconds = 30_000
const owner = `${hostname()} ${process.pid}`

/** Runs `work` while no other process that names the same lock does. A killed owner's lock is taken over. */
export async function locked(path, work) {
  await acquire(path)
  const heartbeat = setInterval(() => touch(path), heartbeatMilliseconds)
  const release = () => rmSync(path, { force: true })
  process.on('exit', release)
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    process.off('exit', release)
    release()
  }
}

async function acquire(path) {
  mkdirSync(dirname(path), { recursive: true })
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, owner)
  try {
    let told = false
    while (!claim(mine, path)) {
      if (isAbandoned(path)) {
        takeAway(path)
        continue
      }
      if (!told) console.log('Waiting for another command in this folder to finish installing or building…')
      told = true
      await wait(200)
    }
  } finally {
    rmSync(mine, { force: true })
  }
}

// A link appears with its content in one step: nobody ever reads a lock that does not name its owner yet.
function claim(mine, path) {
  try {
    linkSync(mine, path)
    touch(path)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function isAbandoned(path) {
  try {
    const [host, pid] = readFileSync(path, 'utf8').split(' ')
    const age = Date.now() - statSync(path).mtimeMs
    return age > abandonedAfterMilliseconds || (host === hostname() && !isRunning(Number(pid)))
  } catch {
    return false
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

// Between looking and taking, another process may have taken over and be the rightful owner: put that back.
function takeAway(path) {
  const aside = `${path}.aside.${process.pid}`
  try {
    renameSync(path, aside)
    if (!isAbandoned(aside)) linkSync(aside, path)
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date())
  } catch {
    // Somebody removed the folder under us; what we make in it will tell.
  }
}
