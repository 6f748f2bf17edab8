/** The versions of n8n whose engine the tests run in; each has a folder here that pins it. */
export interface EngineVersion {
	/** Version of n8n, and name of the folder. */
	n8n: string;
	/** Node.js that this n8n asks for ("engines" of its package.json): from a major and minor version, up to a major version. */
	node: { from: [number, number]; upTo?: number };
}

export const engineVersions: EngineVersion[] = [
	{ n8n: '1.100.1', node: { from: [20, 19], upTo: 24 } },
	{ n8n: '1.123.81', node: { from: [20, 19], upTo: 24 } },
	{ n8n: '2.0.3', node: { from: [20, 19], upTo: 24 } },
	{ n8n: '2.20.12', node: { from: [22, 16] } },
	{ n8n: '2.36.8', node: { from: [24, 0] } },
	{ n8n: '2.41.1', node: { from: [24, 0] } },
];

/** Whether a Node.js, e.g. `20.19.4`, is one that this n8n runs on. */
export function runsOn({ node: { from, upTo } }: EngineVersion, nodeVersion: string): boolean {
	const [major, minor] = nodeVersion.split('.').map(Number);
	if (upTo !== undefined && major > upTo) return false;
	return major > from[0] || (major === from[0] && minor >= from[1]);
}

/** Whether version `a` comes before version `b`; both like `2.36.0`. */
export function isBefore(a: string, b: string): boolean {
	const [left, right] = [a, b].map((version) => version.split('.').map(Number));
	const at = left.findIndex((part, index) => part !== right[index]);
	return at >= 0 && left[at] < right[at];
}
