import type { ICredentialType } from 'n8n-workflow';

import { nodeNames, ofEach, services } from '../services/index.mts';
import { GoogleOAuth2Api, OAuth2Api } from './googleOAuth2.mts';

export type { NodeName } from '../services/index.mts';

/** The nodes of the package, from source, under the names that a workflow gives without the package's prefix. */
export const nodes = ofEach(({ node }) => node);

/** The credential types of the package, and those of n8n that they extend, by name. */
export const credentialTypes: Record<string, ICredentialType> = Object.fromEntries(
	[...nodeNames.flatMap((name) => services[name].credentialTypes), new GoogleOAuth2Api(), new OAuth2Api()].map((type) => [type.name, type]),
);
