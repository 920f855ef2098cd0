// Preloaded into apps that we did not write (Next.js): when the supervisor is gone, even by kill -9, the app ends too.
// What such an app forks for itself preloads this as well, and is left to its own parent.
if (process.env.PORTICO_SUPERVISOR === String(process.ppid)) {
  process.on("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(1), 5_000).unref();
  });
  process.channel?.unref();
}
