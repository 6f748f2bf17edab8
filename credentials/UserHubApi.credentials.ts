import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { MADE_TOKEN, MAKES_SESSION, sessionPath } from '../nodes/UserHub/session';

/** The version of the API that the nodes are written against. */
const API_VERSION = '2025-05-01';

/** How long the making of a session may take, in milliseconds. */
const SESSION_TIMEOUT_MS = 60_000;

/** Whom a stored session belongs to. A session that was made for another user, or another server, must never be used. */
function ownerOf(credentials: ICredentialDataDecryptedObject): string {
	return `${String(credentials.userId).trim()} ${String(credentials.baseUrl)}`;
}

/**
 * UserHub user API: the user API key together with an access token of the user. The token is either pasted, or obtained with
 * an admin key for a user ID and renewed by n8n whenever it has expired.
 */
export class UserHubApi implements ICredentialType {
	name = 'userHubApi';

	displayName = 'UserHub API';

	icon = { light: 'file:../icons/userHub.svg', dark: 'file:../icons/userHub.dark.svg' } as const;

	documentationUrl = 'https://github.com/n8n-nodes-update-billing/n8n-nodes-update-billing#userhub';

	properties: INodeProperties[] = [
		{
			displayName: 'User API Key',
			name: 'userApiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. pk_…',
			description: 'The key for the user API, from the developer settings of the UserHub admin console. It begins with pk_.',
		},
		{
			displayName: 'Sign In With',
			name: 'signInWith',
			type: 'options',
			options: [
				{
					name: 'Admin Key and User ID',
					value: 'adminApiKey',
					description: 'The access token is made for you, and made anew when it expires, so a schedule keeps working',
				},
				{
					name: 'User Access Token',
					value: 'userAccessToken',
					description: 'A token you already have. It stops working when it expires.',
				},
			],
			default: 'userAccessToken',
			description: 'Where the access token of the user comes from',
		},
		{
			displayName: 'User Access Token',
			name: 'userAccessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { signInWith: ['userAccessToken'] } },
			description: 'The access token of the user whose accounts are updated',
		},
		{
			displayName: 'Admin Key',
			name: 'adminApiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. sk_…',
			displayOptions: { show: { signInWith: ['adminApiKey'] } },
			description: 'The key for the admin API. It begins with sk_, and is used only to make API sessions for the user below.',
		},
		{
			displayName: 'User ID',
			name: 'userId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. usr_28seyVGVL1got6',
			displayOptions: { show: { signInWith: ['adminApiKey'] } },
			description: 'The user to sign in as. The nodes can change what this user can change.',
		},
		{
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
		{
			displayName: 'Session Owner',
			name: 'sessionOwner',
			type: 'hidden',
			default: '',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.userhub.com',
			required: true,
			placeholder: 'e.g. https://api.userhub.com',
			description: 'The address of the UserHub API. Change it only if UserHub gave you another one.',
		},
	];

	/**
	 * Creates an API session for the user (POST /admin/v1/users/{userId}:createApiSession). n8n calls it when there is no token, or after a 401, and
	 * stores what it returns. A node makes the session itself, so that it waits and goes at the pace of all its requests; here that one is handed on.
	 */
	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject) {
		if (credentials.signInWith !== 'adminApiKey') return {};
		const sessionOwner = ownerOf(credentials);
		const madeToken = credentials[MADE_TOKEN];
		if (typeof madeToken === 'string') {
			delete credentials[MADE_TOKEN];
			// At once, so that requests at the same time need not ask too.
			Object.assign(credentials, { sessionToken: madeToken, sessionOwner });
			return { sessionToken: madeToken, sessionOwner };
		}
		const { accessToken } = (await this.helpers.httpRequest({
			method: 'POST',
			baseURL: String(credentials.baseUrl).replace(/\/+$/, ''),
			url: sessionPath(credentials),
			headers: { Authorization: `Bearer ${String(credentials.adminApiKey).trim()}`, 'UserHub-Api-Version': API_VERSION },
			body: {},
			json: true,
			disableFollowRedirect: true,
			timeout: SESSION_TIMEOUT_MS,
		})) as { accessToken: string };
		return { sessionToken: accessToken, sessionOwner };
	}

	async authenticate(credentials: ICredentialDataDecryptedObject, requestOptions: IHttpRequestOptions): Promise<IHttpRequestOptions> {
		const headers: IDataObject = { ...requestOptions.headers, 'UserHub-Api-Version': API_VERSION };
		if (credentials.signInWith === MAKES_SESSION) {
			headers.Authorization = `Bearer ${String(credentials.adminApiKey).trim()}`;
			return { ...requestOptions, headers };
		}
		headers['UserHub-Api-Key'] = String(credentials.userApiKey).trim();
		const isSession = credentials.signInWith === 'adminApiKey';
		const token = isSession ? credentials.sessionToken : credentials.userAccessToken;
		// Without a token the service answers 401, and n8n makes a new session.
		if (!isSession || credentials.sessionOwner === ownerOf(credentials)) headers.Authorization = `Bearer ${String(token).trim()}`;
		return { ...requestOptions, headers };
	}

	// A request that answers 401 without a user, so that n8n makes a new session when the last one has expired.
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.replace(/\\/+$/, "") }}',
			url: '/user/v1/organizations',
			qs: { pageSize: 1 },
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'UserHub refused the sign-in. Check the user API key, and the user access token or the admin key.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'UserHub did not find the user or the address. Check the user ID and the base URL.',
				},
			},
		],
	};
}
