import cluster from 'node:cluster'

// Loaded before each program that the benchmark starts, so that none outlives it: the channel closes when
// the benchmark ends, however it ends. Workers of such a program end with it, and wait on channels of their own.
if (cluster.isPrimary) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  // The listener alone must not keep a program alive that has ended of itself.
  process.channel?.unref()
}
