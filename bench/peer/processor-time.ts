import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock is (`sysconf(_SC_CLK_TCK)`). */
const MS_PER_TICK = 10;

/** Fields of `/proc/PID/stat` after the name in brackets (proc_pid_stat(5)). */
const PARENT = 1;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/**
 * Milliseconds that all processes begun by this one, and by those, have had a processor. Unlike the time on the clock it
 * hardly depends on what else the machine does. Undefined where there is no `/proc`.
 */
export function processorMs(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const processes = new Map<number, { parent: number; ms: number }>();
  for (const name of readdirSync('/proc')) {
    const fields = /^\d+$/.test(name) ? statFields(name) : undefined;
    if (fields === undefined) continue;
    const ms = (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * MS_PER_TICK;
    processes.set(Number(name), { parent: Number(fields[PARENT]), ms });
  }
  const isOurs = (pid: number): boolean => {
    const parent = processes.get(pid)?.parent;
    return parent !== undefined && (parent === process.pid || isOurs(parent));
  };
  return [...processes].reduce((sum, [pid, { ms }]) => sum + (isOurs(pid) ? ms : 0), 0);
}

/** Undefined for a process that has just ended. */
function statFields(pid: string): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
