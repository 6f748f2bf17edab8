import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import nock from 'nock';

import { captureLog, everythingIn, type NodeName, type StoredCredentials } from './storedTruth/harness.mts';
import { update, type RunSeen } from './storedTruth/oneRun.mts';
import { signInFor } from './storedTruth/signIns.mts';
import { standIns } from './storedTruth/standIns.mts';
import { startTruthServer, type Step, type TruthServer, type View } from './storedTruth/truthServer.mts';

let server: TruthServer;
beforeAll(() => nock.restore());
afterEach(async () => await server.stop());

/** The service quotes what signed in, in a refusal: the header, and the secret without the word that gives it away. */
const quotes: Step = {
	store: false,
	status: 400,
	body: ({ request: { headers } }) => {
		const message = `Header was ${headers.authorization}, of which ${headers.authorization?.split(' ')[1]} is not allowed`;
		return { message, error: { message } };
	},
};

const updatesOf = (service: NodeName) => [{ values: standIns[service].values(0) as never }];

async function serverThat(service: NodeName, step: Step): Promise<void> {
	server = await startTruthServer(service);
	server.script = ({ kind, account }) => (kind === 'update' && account.startsWith('t1') ? step : undefined);
}

const seen = ({ outputs, error, hints, runData }: RunSeen, log: string[]) =>
	everythingIn([outputs, hints, runData, error, error?.message, error?.description, error?.context, log]);

describe.each(['aodocs', 'userHub'] as const)('%s, a token that is renewed in the run', (service) => {
	test.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)('and quoted is masked; %s', async (onError) => {
		const log = captureLog();
		await serverThat(service, quotes);
		const { credentials, parameters, secrets } = signInFor({ signIn: 'renewed' }, service, server, server.url);
		const result = await update(service, server, { updates: updatesOf(service), credentials, parameters, onError });
		const renewedToken = secrets.at(-1)!;
		expect([...server.tenants.keys()]).toContain(renewedToken);
		const text = seen(result, log);
		expect(text).toContain('Header was');
		expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
	});

	test('and quoted by the refusal of the read that renewed it is masked', async () => {
		const log = captureLog();
		server = await startTruthServer(service);
		const message = ({ request: { headers } }: View) => `The token ${String(headers.authorization).split(' ')[1]} may not`;
		// Only of an account whose token is known, so of the new one.
		server.script = ({ kind, account }) =>
			kind === 'read' && account.startsWith('t1')
				? { status: 401, body: (view) => ({ message: message(view), error: { message: message(view) } }) }
				: undefined;
		const { credentials, parameters, secrets } = signInFor({ signIn: 'renewed' }, service, server, server.url);
		const result = await update(service, server, {
			updates: updatesOf(service),
			credentials,
			parameters,
			onError: 'continueRegularOutput',
		});
		const text = seen(result, log);
		expect(result.outcomes).toEqual(['not sent']);
		expect([...server.tenants.keys()]).toContain(secrets.at(-1));
		expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
	});

	test('and refused with 401 like the one before, and quoted, is masked', async () => {
		const log = captureLog();
		server = await startTruthServer(service);
		server.script = ({ kind }) => (kind === 'update' || kind === 'read' ? { ...quotes, status: 401 } : undefined);
		const { credentials, parameters, secrets } = signInFor({ signIn: 'renewed' }, service, server, server.url);
		const result = await update(service, server, {
			updates: updatesOf(service),
			credentials,
			parameters: { ...parameters, options: { output: 'record' } },
			onError: 'continueRegularOutput',
		});
		expect(server.requests.map(({ headers }) => headers.authorization?.split(' ')[1])).toContain(secrets.at(-1));
		const text = seen(result, log);
		expect(text).toContain('is not allowed');
		expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
	});
});

describe.each(['aodocs', 'cudoCompute', 'userHub'] as const)('%s', (service) => {
	test.each([' \tKEY-a1b2c3d4 ', 'KEY-a1b2c3d4\n', '\u00a0KEY-a1b2c3d4'])(
		'a key pasted as %j is sent trimmed and masked, or refused',
		async (pasted) => {
			const log = captureLog();
			await serverThat(service, quotes);
			server.tenants.set('KEY-a1b2c3d4', 't1');
			const credentials: StoredCredentials = standIns[service].credentials(server.url, pasted);
			const result = await update(service, server, { updates: updatesOf(service), credentials, onError: 'continueRegularOutput' });
			expect(seen(result, log)).not.toContain('KEY-a1b2c3d4');
			expect(['not applied', 'not sent']).toContain(result.outcomes[0]);
			for (const { headers } of server.requests) expect(headers.authorization).toMatch(/^\S+ KEY-a1b2c3d4$/);
		},
	);

	test.each(['Bearer', 'Basic', 'securityCode'])('what follows %s is masked, whosever it is', async (scheme) => {
		const log = captureLog();
		const message = `Upstream refused ${scheme} someone-elses-token-1`;
		await serverThat(service, { store: false, status: 400, body: () => ({ message, error: { message } }) });
		const result = await update(service, server, { updates: updatesOf(service), onError: 'continueRegularOutput' });
		expect(seen(result, log)).not.toContain('someone-elses-token-1');
	});
});

test('backslashes in a key and in a long answer cost no time', async () => {
	server = await startTruthServer('aodocs');
	const script = join(process.cwd(), 'test/faults/storedTruth/backslashes.mts');
	// Killed where a slow pattern would go on for ever.
	const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { timeout: 100_000, killSignal: 'SIGKILL' });
	const { outcomes, ms } = JSON.parse(stdout) as { outcomes: string[]; ms: number };
	expect(outcomes).toEqual(['not applied']);
	expect(ms).toBeLessThan(3000);
});
