import type { ICredentialType, INodeProperties } from 'n8n-workflow';

const text = (displayName: string, name: string): INodeProperties => ({
	displayName,
	name,
	type: 'string',
	default: '',
});

const fixed = (displayName: string, name: string, value: string | boolean): INodeProperties => ({
	displayName,
	name,
	type: 'hidden',
	default: value,
});

/** What a request needs of n8n's own `oAuth2Api`, which is in n8n-nodes-base and not installed here. */
export class OAuth2Api implements ICredentialType {
	name = 'oAuth2Api';

	displayName = 'OAuth2 API';

	properties: INodeProperties[] = [
		text('Grant Type', 'grantType'),
		text('Authorization URL', 'authUrl'),
		text('Access Token URL', 'accessTokenUrl'),
		text('Client ID', 'clientId'),
		text('Client Secret', 'clientSecret'),
		text('Scope', 'scope'),
		text('Auth URI Query Parameters', 'authQueryParameters'),
		text('Authentication', 'authentication'),
		fixed('Ignore SSL Issues', 'ignoreSSLIssues', false),
	];
}

/** n8n's own `googleOAuth2Api`, property by property as n8n-nodes-base declares it. */
export class GoogleOAuth2Api implements ICredentialType {
	name = 'googleOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'Google OAuth2 API';

	properties: INodeProperties[] = [
		fixed('Grant Type', 'grantType', 'authorizationCode'),
		fixed('Authorization URL', 'authUrl', 'https://accounts.google.com/o/oauth2/v2/auth'),
		fixed('Access Token URL', 'accessTokenUrl', 'https://oauth2.googleapis.com/token'),
		fixed('Auth URI Query Parameters', 'authQueryParameters', 'access_type=offline&prompt=consent'),
		fixed('Authentication', 'authentication', 'body'),
	];
}
