// Preloaded into every child of `up`. When the parent's end of the channel closes, by a wish to stop or by `kill -9`, the child
// stops as it would on SIGTERM: an orphan would hold the data folder and its ports with nobody to tell it to end.
process.on('disconnect', () => {
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(0)
})
process.channel?.unref()
