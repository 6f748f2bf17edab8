/** The processor time that work takes, in milliseconds: unlike the time on the clock it does not grow where other processes have the machine. */
export function cpuTimeOf(work: () => void): number {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}
