import * as n8nWorkflow from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';

import { isBlank } from '../fields/checkValue';
import type { Failure, Service } from '../service';
import { maskOf, textsIn } from './secrets';

/** A credential as it is used for requests: resolved, checked, and with what must not be seen of it. */
export interface OpenCredential {
	type: string;
	/** Its values. n8n puts a renewed token in here. */
	data: IDataObject;
	/** As n8n's HTTP helper takes it, so that it is not loaded anew for each request. */
	decrypted: n8nWorkflow.ICredentialsDecrypted;
	/** The address that paths are appended to. */
	baseUrl: string;
	/** The domains that its owner restricts it to, as n8n's HTTP helper takes them. */
	allowedDomains?: string;
	/** A function that hides the secrets of this moment, and of all moments before: a token may have been renewed. */
	mask(): (text: string) => string;
	/** Adds what is secret in another state of the credential. */
	alsoHide(data: IDataObject): void;
}

/** The domains that a credential's owner restricts it to, as n8n's HTTP helper takes them. */
function allowedDomainsOf(context: IExecuteFunctions | ILoadOptionsFunctions, data: IDataObject): string | undefined {
	const { allowedHttpRequestDomains, allowedDomains } = data;
	// Older versions of n8n do not export it.
	if (typeof n8nWorkflow.getCredentialAllowedDomains !== 'function') {
		return allowedHttpRequestDomains === 'domains' ? String(allowedDomains ?? '') : undefined;
	}
	const options = {
		node: context.getNode(),
		credentialData: data as n8nWorkflow.ICredentialDataDecryptedObject,
		// The address comes from the credential, not from the user of the node.
		credentialOwnedSurface: true,
		// n8n before 2.22 takes the credential's data in place of the options.
		allowedHttpRequestDomains,
		allowedDomains,
	};
	return n8nWorkflow.getCredentialAllowedDomains(options);
}

/** Whether a list like `example.com, *.example.org` holds a host. Older versions of n8n do not look themselves. */
function isAllowed(host: string, domains: string): boolean {
	const plain = (name: string) => name.trim().toLowerCase().replace(/\.$/, '');
	return domains
		.split(',')
		.map(plain)
		.some((domain) => (domain.startsWith('*.') ? plain(host).endsWith(domain.slice(1)) : plain(host) === domain));
}

function readUrl(text: string): URL | undefined {
	try {
		return new URL(text);
	} catch {
		return undefined;
	}
}

/** What is wrong with a base URL, if anything. */
function checkBaseUrl(service: Service, text: string): Failure | undefined {
	const url = readUrl(text);
	if (!url || !/^https?:\/\/[^/?#]+/i.test(text)) {
		return {
			summary: `The ${service.name} credential has no valid base URL`,
			remedy: 'Open the credential and give the address of the API, starting with https://.',
		};
	}
	if (url.username !== '' || url.password !== '' || /[?#]/.test(text)) {
		return {
			summary: `The base URL of the ${service.name} credential has a user name, a query or a fragment in it`,
			remedy: 'Open the credential and give the address alone, e.g. https://api.example.com. Who signs in is said in the other fields.',
		};
	}
	return undefined;
}

/** What an expression leaves where it found nothing. */
function isMissing(value: unknown): boolean {
	return isBlank(value) || ['undefined', 'null', 'NaN', '[object Object]'].includes(String(value).trim());
}

/**
 * Checks a credential's values and makes them ready for use.
 *
 * @param type the credential type
 * @param data its values, expressions resolved
 * @returns the failure where it has no usable base URL, excludes its own address, or lacks what it cannot work without: `Bearer undefined` is never sent
 */
export function openCredential(
	context: IExecuteFunctions | ILoadOptionsFunctions,
	service: Service,
	type: string,
	data: IDataObject,
): OpenCredential | Failure {
	const baseUrl = (typeof data.baseUrl === 'string' ? data.baseUrl : '').trim().replace(/\/+$/, '');
	const wrong = checkBaseUrl(service, baseUrl);
	if (wrong) return wrong;
	const allowedDomains = allowedDomainsOf(context, data);
	if (allowedDomains !== undefined && !isAllowed(new URL(baseUrl).hostname, allowedDomains)) {
		return {
			summary: `Domain not allowed: the ${service.name} credential excludes its own base URL`,
			remedy: 'Open the credential and add the host of the base URL to its allowed domains.',
		};
	}
	const missing = Object.entries(service.signIn.neededOf(data)).find(([, value]) => isMissing(value));
	if (missing) {
		return {
			summary: `The ${service.name} credential has no ${missing[0]}`,
			remedy: `Open the credential and fill it in. ${service.signIn.madeIn} If it is an expression, make sure that it gives a value for every item.`,
		};
	}

	const nodeCredential = context.getNode().credentials?.[type];
	const secrets = new Set<string>();
	let mask = maskOf([]);
	const hide = (state: IDataObject) => {
		const added = textsIn(service.signIn.secretsOf(state)).filter((text) => !secrets.has(text));
		if (added.length === 0) return;
		for (const text of added) secrets.add(text);
		mask = maskOf([...secrets]);
	};
	return {
		type,
		data,
		decrypted: {
			id: nodeCredential?.id ?? '',
			name: nodeCredential?.name ?? type,
			type,
			data: data as n8nWorkflow.ICredentialDataDecryptedObject,
		},
		baseUrl,
		allowedDomains,
		alsoHide: hide,
		mask() {
			hide(data);
			return mask;
		},
	};
}
