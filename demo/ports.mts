/** The TCP ports of the demo: read from the environment, checked before anything else is done. All on 127.0.0.1. */
import { createServer } from 'node:net';

/** One port somebody needs: what listens there, and the environment variable that moves it elsewhere. */
export interface NeededPort {
	user: string;
	port: number;
	variable: string;
}

/**
 * A port number from an environment variable.
 * @returns the variable's value, or the given default when it is unset or blank
 * @throws Error when the value is not a whole number from 1 to 65535
 */
export function portFromEnvironment(variable: string, otherwise: number): number {
	const text = process.env[variable]?.trim();
	if (!text) return otherwise;
	const port = Number(text);
	if (!Number.isInteger(port) || port < 1 || port > 65535) {
		throw new Error(`${variable} is "${text}", but a port is a whole number from 1 to 65535.`);
	}
	return port;
}

/** Whether nothing listens on a port of 127.0.0.1 yet. */
async function isPortFree(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
	});
}

/** A port of 127.0.0.1 that nobody uses at the moment, as the operating system gives it. */
export async function findFreePort(): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen({ port: 0, host: '127.0.0.1' }, () => {
			const address = server.address();
			server.close(() =>
				address !== null && typeof address === 'object'
					? resolve(address.port)
					: reject(new Error('The operating system gave no free port.')),
			);
		});
	});
}

/** The next port above one that is taken which is free, and which nobody else here needs. */
async function nextFreePort(taken: number, needed: NeededPort[]): Promise<number> {
	for (let port = taken + 1; port <= 65535; port += 1) {
		if (!needed.some((other) => other.port === port) && (await isPortFree(port))) return port;
	}
	return await findFreePort();
}

/** @throws Error naming every port that is taken, what it is needed for and the variable that changes it */
export async function requireFreePorts(needed: NeededPort[]): Promise<void> {
	const complaints: string[] = [];
	const users = new Map<number, string>();
	for (const { user, port, variable } of needed) {
		const other = users.get(port);
		if (other) {
			complaints.push(`Port ${port} is asked for twice, by ${other} and by ${user}. Set ${variable} to another port.`);
		} else if (!(await isPortFree(port))) {
			complaints.push(
				`Port ${port}, needed for ${user}, is taken by another program. Stop that program, or take another port:\n    ${variable}=${await nextFreePort(port, needed)} npm start`,
			);
		}
		users.set(port, user);
	}
	if (complaints.length > 0) throw new Error(complaints.join('\n'));
}
