/** Preloaded into a child process: writes the most memory that it has taken, in KiB, where the test looks. */
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS));
});
