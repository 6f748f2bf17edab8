import type { ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

/** AODocs through Google sign-in: Google's own OAuth2 type, so that refresh tokens are asked for and renewed. */
export class AodocsOAuth2Api implements ICredentialType {
	name = 'aodocsOAuth2Api';

	extends = ['googleOAuth2Api'];

	displayName = 'AODocs OAuth2 API';

	icon = { light: 'file:../icons/aodocs.svg', dark: 'file:../icons/aodocs.dark.svg' } as const;

	documentationUrl = 'https://github.com/n8n-nodes-update-billing/n8n-nodes-update-billing#aodocs';

	properties: INodeProperties[] = [
		{
			displayName:
				'The client ID and secret are those of an OAuth client in the Google Cloud console, with the OAuth Redirect URL of this credential. AODocs accepts tokens only of clients it knows, so ask AODocs to allow the client ID.',
			name: 'allowListNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'hidden',
			default: 'https://www.googleapis.com/auth/userinfo.email',
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
					message: 'AODocs refused the sign-in. Connect the account again, and make sure that AODocs has allowed the client ID.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message: 'AODocs refused the account. Sign in as a super administrator, and make sure that AODocs has allowed the client ID.',
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
