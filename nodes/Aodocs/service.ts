import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../shared/fields/record';
import { nameFields } from '../shared/parameters/nameFields';
import type { Response, Service, ServiceFault, Target } from '../shared/service';
import { updateFields } from './description';

/** The domain of the credential has one billing status, so every item addresses the same record. */
const PATH = '/domain/v1beta1/billingStatus';

/** `{ error: { code, message, errors: [{ reason, message }] } }` */
function faultOf({ json, status, headers }: Response): ServiceFault {
	const error = isRecord(json) && isRecord(json.error) ? json.error : {};
	const [first] = Array.isArray(error.errors) ? error.errors.filter(isRecord) : [];
	const fault: ServiceFault = {};
	if (typeof error.message === 'string') fault.message = error.message;
	if (typeof first?.reason === 'string') fault.code = first.reason;
	// Of the refusals only 409 is worth trying again, unless the header says that it is not. On a 5xx the header proves nothing.
	if (status === 409 && headers['x-aodocs-retryable']?.toLowerCase() !== 'false') fault.retryable = 'notApplied';
	return fault;
}

/** By what only that credential has: a security code given by an expression may be missing. */
function isOAuth2(credential: IDataObject): boolean {
	return 'clientId' in credential || 'oauthTokenData' in credential;
}

const DOMAIN: Target = { key: 'domain', id: 'domain', label: 'the domain of the credential', selector: {} };

export const aodocs: Service = {
	name: 'AODocs',
	node: 'aodocs',
	fields: {
		all: nameFields(
			[
				{ path: 'kind', type: 'text' },
				{ path: 'maxSeats', type: 'int32', minimum: 0, guard: { zeroIsUnlimited: true } },
				{ path: 'portalUrl', type: 'url' },
				{ path: 'type', type: 'text' },
			],
			updateFields,
		),
		// Blank and null have no documented effect, so nothing is offered to be erased.
		clearable: [],
		recordKeys: ['kind', 'maxSeats', 'portalUrl', 'type'],
	},
	signIn: {
		credentialType: (authentication) => (authentication === 'oAuth2' ? 'aodocsOAuth2Api' : 'aodocsSecurityCodeApi'),
		secretsOf({ secretCode, clientSecret, oauthTokenData }) {
			const tokens = isRecord(oauthTokenData) ? oauthTokenData : {};
			return [secretCode, clientSecret, tokens.access_token, tokens.refresh_token, tokens.id_token];
		},
		neededOf: (credential) => (isOAuth2(credential) ? {} : { 'Security Code': credential.secretCode }),
		madeIn:
			'A super administrator creates the security code in AODocs, with the access level Super Administrator. For OAuth2, the client is made in the Google Cloud console, and AODocs has to allow its client ID.',
		planSecretsOf(credential) {
			const { secretCode, clientSecret, oauthTokenData } = credential;
			if (!isOAuth2(credential)) return [secretCode];
			return [clientSecret, isRecord(oauthTokenData) ? oauthTokenData.refresh_token : undefined];
		},
		renewal: (credential) => (isOAuth2(credential) ? 'renewable' : 'none'),
		signsWithFirstItem: isOAuth2,
	},
	account: {
		// There is one account: the domain that the credential belongs to.
		target: () => DOMAIN,
		select: () => DOMAIN,
		read: () => ({ method: 'GET', path: PATH }),
		update: ({ body }) => ({ method: 'PATCH', path: PATH, body }),
		simplify: ({ maxSeats, portalUrl, type }) => ({ maxSeats, portalUrl, type }),
	},
	faultOf,
};
