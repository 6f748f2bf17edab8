import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

/** Cudo Compute API key, sent as a Bearer token. */
export class CudoComputeApi implements ICredentialType {
	name = 'cudoComputeApi';

	displayName = 'Cudo Compute API';

	icon = { light: 'file:../icons/cudoCompute.svg', dark: 'file:../icons/cudoCompute.dark.svg' } as const;

	documentationUrl = 'https://github.com/n8n-nodes-update-billing/n8n-nodes-update-billing#cudo-compute';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'The API key of a user who may manage the billing accounts, made in the Cudo Compute console',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://rest.compute.cudo.org',
			required: true,
			placeholder: 'e.g. https://rest.compute.cudo.org',
			description: 'The address of the Cudo Compute REST API. Change it only if Cudo gave you another one.',
		},
	];

	// A function, because n8n would evaluate an expression here for each request, which costs as much as sending it.
	async authenticate(credentials: ICredentialDataDecryptedObject, requestOptions: IHttpRequestOptions): Promise<IHttpRequestOptions> {
		return { ...requestOptions, headers: { ...requestOptions.headers, Authorization: `Bearer ${String(credentials.apiKey).trim()}` } };
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.replace(/\\/+$/, "") }}',
			url: '/v1/billing-accounts',
			qs: { pageSize: 1 },
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'Cudo Compute refused the API key. Check that it is complete and has not been deleted.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message: 'The user of this API key may not see billing accounts. Use the API key of one who may.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'Cudo Compute was not found there. Check the base URL.',
				},
			},
		],
	};
}
