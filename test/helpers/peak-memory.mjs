/**
 * Preloaded into a child process: writes the most memory that it has taken, in KiB, where the test looks. On Linux
 * `resourceUsage()` begins with the peak of the process that started this one, so the kernel is asked.
 */
import { readFileSync, writeFileSync } from 'node:fs';

function peak() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1];
}

process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(peak())));
