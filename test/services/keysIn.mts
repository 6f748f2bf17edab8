import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

import { type NodeName, services } from './index.mts';

/** Where a service takes keys and tokens. */
export interface KeyPlaces {
	/** Names of headers, in small letters. */
	headers: string[];
	/** Names of query parameters. */
	parameters: string[];
}

interface SecurityScheme {
	type: string;
	in?: string;
	name?: string;
}

/** Where the credential's secrets stand in a request: in `authorization`, and where the contract's security schemes say. */
export function keysIn(service: NodeName): KeyPlaces {
	const file = join(import.meta.dirname, '..', '..', 'contracts', `${services[service].contract}.yaml`);
	const { components } = parse(readFileSync(file, 'utf8')) as { components: { securitySchemes: Record<string, SecurityScheme> } };
	const namesIn = (place: string) =>
		Object.values(components.securitySchemes).flatMap((scheme) => (scheme.type === 'apiKey' && scheme.in === place ? [scheme.name!] : []));
	return {
		headers: [...new Set(['authorization', ...namesIn('header').map((name) => name.toLowerCase())])],
		parameters: namesIn('query'),
	};
}
