/** What a process has used, from Linux's /proc; zeros elsewhere. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Clock ticks a second, as Linux reports them to programs. */
const TICKS = 100;

/** CPU time of a process so far, in milliseconds. */
export function cpuMs(pid: number): number {
	if (!existsSync(`/proc/${pid}/stat`)) return 0;
	// The command's name, in brackets, may hold spaces.
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
	return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

function statusKb(pid: number, key: string): number {
	if (!existsSync(`/proc/${pid}/status`)) return 0;
	return Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}

/** Forgets the peak, and tells the resident memory now, in MB. */
export function resetPeakMb(pid: number): number {
	if (existsSync(`/proc/${pid}/clear_refs`)) writeFileSync(`/proc/${pid}/clear_refs`, '5');
	return statusKb(pid, 'VmRSS') / 1024;
}

/** The most resident memory since the last reset, in MB. */
export function peakMb(pid: number): number {
	return statusKb(pid, 'VmHWM') / 1024;
}
