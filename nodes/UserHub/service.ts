import type { IDataObject } from 'n8n-workflow';

import { readAccountId } from '../shared/parameters/accountId';
import type { Listing } from '../shared/http/paging';
import { nameFields } from '../shared/parameters/nameFields';
import { isRecord, isWithin } from '../shared/fields/record';
import { isBlank } from '../shared/fields/checkValue';
import type { ApiRequest, Response, Service, ServiceFault, Target } from '../shared/service';
import { clearable, updateFields } from './description';
import { MADE_TOKEN, MAKES_SESSION, sessionPath } from './session';

const PATH = '/user/v1/billingAccount';
const ADDRESS_PARTS = ['lines', 'city', 'state', 'postalCode', 'country'];

export const organizations: Listing = {
	path: '/user/v1/organizations',
	records: 'organizations',
	nextToken: 'nextPageToken',
	pageSize: 100,
	query: { orderBy: 'displayName' },
	simplify: ({ id, uniqueId, displayName, email, memberCount, disabled }) => ({ id, uniqueId, displayName, email, memberCount, disabled }),
};

/** `{ code, message, reason, param, localeMessage }`; a 429 may be plain text. */
function faultOf({ json }: Response): ServiceFault {
	if (!isRecord(json)) return {};
	const fault: ServiceFault = {};
	if (typeof json.message === 'string') fault.message = json.message;
	if (typeof json.code === 'string') fault.code = json.code;
	if (typeof json.reason === 'string' && json.reason !== '') fault.code = json.reason;
	if (typeof json.param === 'string' && json.param !== '') {
		// The message is about this parameter; there is no other description of what is wrong with it.
		fault.violations = [{ field: json.param, description: '' }];
	}
	return fault;
}

function request(method: ApiRequest['method'], { key }: Target): ApiRequest {
	return key === '' ? { method, path: PATH } : { method, path: PATH, query: { organizationId: key } };
}

/** Whether a path is a part of the address. */
function isOfAddress(path: string): boolean {
	return path !== 'address' && isWithin(path, 'address');
}

/**
 * The current address with the changed parts laid over it: whether UserHub merges or replaces an address is undocumented. A part that is cleared is
 * sent empty, which removes it under either reading.
 */
function wholeAddress(record: IDataObject | undefined, changed: IDataObject, clear: string[]): IDataObject {
	const current = isRecord(record?.address) ? record.address : {};
	const whole: IDataObject = {};
	for (const part of ADDRESS_PARTS) {
		const value = changed[part] ?? current[part];
		if (clear.includes(`address.${part}`)) whole[part] = part === 'lines' ? [] : '';
		else if (!isBlank(value)) whole[part] = value;
	}
	return whole;
}

/** The own account of the user that the credential signs in. */
const OWN: Target = { key: '', id: 'signed-in user', label: 'the account of the signed-in user', selector: {} };

function targetOf(organizationId: string): Target {
	return { key: organizationId, id: organizationId, label: `organization ${organizationId}`, selector: { organizationId } };
}

export const userHub: Service = {
	name: 'UserHub',
	node: 'userHub',
	fields: {
		all: nameFields(
			[
				{ path: 'address.city', type: 'text' },
				{ path: 'address.country', type: 'country' },
				{ path: 'address.lines', type: 'lines' },
				{ path: 'address.postalCode', type: 'text' },
				{ path: 'address.state', type: 'text' },
				{ path: 'displayName', type: 'text', maxLength: 200 },
				{ path: 'email', type: 'email', maxLength: 320 },
				{ path: 'phoneNumber', type: 'phone' },
			],
			updateFields,
		),
		clearable,
		recordKeys: ['state', 'currencyCode', 'displayName', 'email', 'phoneNumber', 'address'],
	},
	signIn: {
		credentialType: () => 'userHubApi',
		secretsOf: ({ userApiKey, userAccessToken, adminApiKey, sessionToken, [MADE_TOKEN]: madeToken }) => [
			userApiKey,
			userAccessToken,
			adminApiKey,
			sessionToken,
			madeToken,
		],
		neededOf: ({ userApiKey, signInWith, userAccessToken, adminApiKey, userId }) => ({
			'User API Key': userApiKey,
			...(signInWith === 'adminApiKey' ? { 'Admin Key': adminApiKey, 'User ID': userId } : { 'User Access Token': userAccessToken }),
		}),
		madeIn: 'The user API key and the admin key are in the developer settings of the UserHub admin console.',
		// Never the user key: it is publishable.
		planSecretsOf: ({ signInWith, adminApiKey, userId, userAccessToken }) =>
			signInWith === 'adminApiKey' ? [adminApiKey, userId] : [userAccessToken],
		renewal({ signInWith, sessionToken, [MADE_TOKEN]: madeToken }) {
			if (signInWith !== 'adminApiKey') return 'none';
			return isBlank(sessionToken) && isBlank(madeToken) ? 'tokenMissing' : 'renewable';
		},
		session: {
			request: (credential) => ({ method: 'POST', path: sessionPath(credential), body: {} }),
			signedWith: (credential) => ({ ...credential, signInWith: MAKES_SESSION }),
			take(credential, json) {
				const token = isRecord(json) ? json.accessToken : undefined;
				if (typeof token !== 'string' || isBlank(token)) return false;
				// Without a session token n8n calls the credential's preAuthentication before the next request, which hands this one on.
				Object.assign(credential, { sessionToken: '', [MADE_TOKEN]: token });
				return true;
			},
		},
	},
	account: {
		target(parameters, itemIndex) {
			if (parameters.read('accountOf', itemIndex) === 'user') {
				return OWN;
			}
			const remedy =
				'Choose an organization, or make sure that the expression gives an ID for every item. For the own account of the user choose Signed-In User in Account Of.';
			const organizationId = readAccountId(parameters, 'organizationId', itemIndex, 'Organization', remedy);
			return targetOf(organizationId);
		},
		select({ organizationId }) {
			if (organizationId === undefined) return OWN;
			return typeof organizationId === 'string' && organizationId !== '' ? targetOf(organizationId) : undefined;
		},
		nameOf: ({ displayName }) => displayName,
		read: (target) => request('GET', target),
		needsRecord: ({ set, clear }) => [...set.keys(), ...clear].some(isOfAddress),
		update({ target, changes: { set, clear }, body: values, record }) {
			const body = { ...values };
			if ([...set.keys(), ...clear].some(isOfAddress)) {
				body.address = wholeAddress(record, isRecord(values.address) ? values.address : {}, clear);
			}
			// As the SDKs clear: a text with an empty one, the address with null.
			for (const path of clear.filter((cleared) => !isOfAddress(cleared))) body[path] = path === 'address' ? null : '';
			return { ...request('PATCH', target), body };
		},
		// The record does not say whose it is.
		simplify: ({ state, displayName, email, phoneNumber, address, currencyCode, balanceAmount, subscription }, target) => ({
			...(target && { account: target.id }),
			state,
			displayName,
			email,
			phoneNumber,
			address,
			currencyCode,
			balanceAmount,
			...(isRecord(subscription) ? { subscriptionState: subscription.state } : {}),
		}),
	},
	faultOf,
};
