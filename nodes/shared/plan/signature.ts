import { createHmac, hkdfSync, timingSafeEqual } from 'crypto';

import type { Connection } from '../http/connection';
import { canonicalJson } from './canonicalJson';

/** What signs a plan: it belongs to one sign-in at one address. */
export interface PlanKey {
	/** Tells keys apart without giving anything of them away. */
	id: string;
	/** The signature of a value, whatever the order of its keys. */
	sign(value: object): string;
}

/** What the derived key is for, so that the same secret elsewhere derives another (RFC 5869, "info"). */
const PURPOSE = 'n8n-nodes-update-billing plan v1';

/**
 * The key of a sign-in: HKDF-SHA-256 from what only this sign-in has, salted with the address and the credential type, so that a plan for a test
 * system is none for production.
 *
 * @param secrets the parts of the credential that nobody else knows; none may be blank
 */
export function planKeyOf(secrets: string[], baseUrl: string, credentialType: string): PlanKey {
	const salt = canonicalJson([baseUrl, credentialType]);
	const key = Buffer.from(hkdfSync('sha256', canonicalJson(secrets), salt, PURPOSE, 32));
	const hmac = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
	return {
		id: hmac('key id').slice(0, 16),
		sign: (value) => hmac(`plan ${canonicalJson(value)}`),
	};
}

/** Whether two signatures are the same, in a time that says nothing of where they differ. */
export function isSameSignature(a: string, b: string): boolean {
	const [x, y] = [Buffer.from(a), Buffer.from(b)];
	return x.length === y.length && timingSafeEqual(x, y);
}

const keys = new WeakMap<Connection, PlanKey>();

/** The key of a connection's sign-in. */
export function planKeyOfConnection(connection: Connection): PlanKey {
	let key = keys.get(connection);
	if (!key) {
		const { data, type, baseUrl } = connection.credential;
		const secrets = connection.run.service.signIn.planSecretsOf(data).map((secret) => String(secret ?? '').trim());
		key = planKeyOf(secrets, baseUrl, type);
		keys.set(connection, key);
	}
	return key;
}
