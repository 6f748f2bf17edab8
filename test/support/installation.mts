import type { ICredentialType, INodeType } from 'n8n-workflow';

import { AodocsOAuth2Api } from '../../credentials/AodocsOAuth2Api.credentials.ts';
import { AodocsSecurityCodeApi } from '../../credentials/AodocsSecurityCodeApi.credentials.ts';
import { CudoComputeApi } from '../../credentials/CudoComputeApi.credentials.ts';
import { UserHubApi } from '../../credentials/UserHubApi.credentials.ts';
import { Aodocs } from '../../nodes/Aodocs/Aodocs.node.ts';
import { CudoCompute } from '../../nodes/CudoCompute/CudoCompute.node.ts';
import { UserHub } from '../../nodes/UserHub/UserHub.node.ts';
import { GoogleOAuth2Api, OAuth2Api } from './googleOAuth2.mts';

/** The nodes of the package, from source, under the names that a workflow gives without the package's prefix. */
export const nodes = {
	aodocs: new Aodocs(),
	cudoCompute: new CudoCompute(),
	userHub: new UserHub(),
} satisfies Record<string, INodeType>;

export type NodeName = keyof typeof nodes;

/** The credential types of the package, and those of n8n that they extend, by name. */
export const credentialTypes: Record<string, ICredentialType> = Object.fromEntries(
	[new AodocsSecurityCodeApi(), new AodocsOAuth2Api(), new CudoComputeApi(), new UserHubApi(), new GoogleOAuth2Api(), new OAuth2Api()].map(
		(type) => [type.name, type],
	),
);
