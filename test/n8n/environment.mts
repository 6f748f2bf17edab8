/** A real n8n on loopback with the packed package in it, and the services that its nodes talk to. Nothing is kept from the last run. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { n8nDefinition, n8nFolder, project, userFolderOf } from '../../demo/folders.mts';
import { N8nApi } from '../../demo/n8nApi.mts';
import { installN8n, isN8nInstalled } from '../../demo/n8nInstall.mts';
import { startN8n, type N8nServer } from '../../demo/n8nServer.mts';
import { demoOwner } from '../../demo/owner.mts';
import { installPackage, packPackage, type PackedPackage } from '../../demo/package.mts';
import { findFreePort } from '../../demo/ports.mts';
import { googleOverwrite, startServices, type DemoServices } from '../../demo/services.mts';

export interface TestEnvironment {
	api: N8nApi;
	n8n: N8nServer;
	services: DemoServices;
	packed: PackedPackage;
	/** Calls a listener after each request that a service has answered. @returns what ends that */
	onRequest(listener: () => void): () => void;
	/** Where everything of this run is stored. */
	folder: string;
	stop(): Promise<void>;
}

/**
 * Starts them. The package must have been built.
 * @param purpose what this n8n is for: names its user folder, which is emptied first
 */
export async function startEnvironment(purpose: string): Promise<TestEnvironment> {
	const folder = userFolderOf(purpose);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });

	const packed = await packPackage(project, folder);
	if (!isN8nInstalled(n8nDefinition, n8nFolder)) await installN8n(n8nDefinition, n8nFolder);
	await installPackage(packed, folder);

	const listeners = new Set<() => void>();
	const onRequest = (listener: () => void) => {
		listeners.add(listener);
		return () => void listeners.delete(listener);
	};
	const services = await startServices({}, join(project, 'contracts'), () => listeners.forEach((listener) => listener()));
	try {
		const n8n = await startN8n({
			n8nFolder,
			userFolder: folder,
			port: await findFreePort(),
			environment: { CREDENTIALS_OVERWRITE_DATA: googleOverwrite(services) },
		});
		const api = new N8nApi(n8n.url, n8nFolder);
		const stop = async () => {
			await n8n.stop();
			await services.stop();
		};
		try {
			await api.signIn(demoOwner);
		} catch (error) {
			await n8n.stop();
			throw error;
		}
		return { api, n8n, services, packed, onRequest, folder, stop };
	} catch (error) {
		await services.stop();
		throw error;
	}
}

/** The files of n8n's database, what is not yet written into the main one included. */
export function databaseFiles(folder: string): string[] {
	const ofN8n = join(folder, '.n8n');
	return readdirSync(ofN8n)
		.filter((name) => name.startsWith('database.sqlite'))
		.map((name) => join(ofN8n, name));
}
