const { readFileSync, writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');

/** A figure of this process in MB, from Linux's /proc. */
function statusMb(key) {
	return Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
}

let session;
let before;

/**
 * Stands before and after the measured node, inside n8n's process, and tells what the process used in between: CPU time of all its threads, and
 * the most resident memory over what it had before. With a file, it also writes a CPU profile there. Only for the benchmark.
 */
class BenchMeter {
	constructor() {
		this.description = {
			displayName: 'Bench Meter',
			name: 'benchMeter',
			group: ['transform'],
			version: 1,
			description: 'Measures the n8n process',
			defaults: { name: 'Bench Meter' },
			inputs: ['main'],
			outputs: ['main'],
			properties: [
				{ displayName: 'Action', name: 'action', type: 'string', default: 'start' },
				{ displayName: 'Profile File', name: 'profileFile', type: 'string', default: '' },
			],
		};
	}

	async execute() {
		const profileFile = this.getNodeParameter('profileFile', 0);
		if (this.getNodeParameter('action', 0) === 'start') {
			if (profileFile !== '') {
				session = new Session();
				session.connect();
				session.post('Profiler.enable');
				session.post('Profiler.setSamplingInterval', { interval: 200 });
				session.post('Profiler.start');
			}
			writeFileSync('/proc/self/clear_refs', '5');
			before = { memory: statusMb('VmRSS'), cpu: process.cpuUsage() };
			return [this.getInputData()];
		}
		const { user, system } = process.cpuUsage(before.cpu);
		const figures = { cpu: (user + system) / 1000, memory: statusMb('VmHWM') - before.memory };
		if (profileFile !== '') {
			// The inspector of one's own process answers at once.
			session.post('Profiler.stop', (error, result) => {
				if (error) throw error;
				writeFileSync(profileFile, JSON.stringify(result.profile));
			});
			session.disconnect();
		}
		return [[{ json: figures, pairedItem: { item: 0 } }]];
	}
}

module.exports = { BenchMeter };
