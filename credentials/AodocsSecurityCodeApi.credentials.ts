import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

/** AODocs security code, in the Authorization header or in the query parameter of the specification. */
export class AodocsSecurityCodeApi implements ICredentialType {
	name = 'aodocsSecurityCodeApi';

	displayName = 'AODocs Security Code API';

	icon = { light: 'file:../icons/aodocs.svg', dark: 'file:../icons/aodocs.dark.svg' } as const;

	documentationUrl = 'https://github.com/n8n-nodes-update-billing/n8n-nodes-update-billing#aodocs';

	properties: INodeProperties[] = [
		{
			displayName: 'Security Code',
			name: 'secretCode',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'The security code of the domain. A super administrator creates it, and chooses its access level: for billing choose Super Administrator, not Same as User. It lives for 24 hours unless it is made permanent, so make it permanent for workflows that run on a schedule.',
		},
		{
			displayName: 'Send In',
			name: 'sendIn',
			type: 'options',
			options: [
				{
					name: 'Authorization Header',
					value: 'header',
					description: 'Recommended, because addresses end up in the logs of servers and proxies',
				},
				{
					name: 'Query Parameter',
					value: 'query',
					description: 'As securityCode in the address, the way the API specification declares it',
				},
			],
			default: 'header',
			description: 'Where the security code travels in each request',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://aodocs.altirnao.com/api',
			required: true,
			placeholder: 'e.g. https://aodocs.altirnao.com/api',
			description: 'The address of the AODocs API. Change it only if AODocs gave you another one.',
		},
	];

	async authenticate(credentials: ICredentialDataDecryptedObject, requestOptions: IHttpRequestOptions): Promise<IHttpRequestOptions> {
		// A code that was pasted with white space around it is sent without.
		const secretCode = String(credentials.secretCode).trim();
		if (credentials.sendIn === 'query') {
			return { ...requestOptions, qs: { ...requestOptions.qs, securityCode: secretCode } };
		}
		return {
			...requestOptions,
			headers: { ...requestOptions.headers, Authorization: `securityCode ${secretCode}` },
		};
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.replace(/\\/+$/, "") }}',
			url: '/domain/v1beta1/billingStatus',
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'AODocs refused the security code. Check that it is complete and has not expired.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'AODocs refused the security code. Check that it is complete, has not expired, and has the access level Super Administrator.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'AODocs was not found there. Check the base URL.',
				},
			},
		],
	};
}
