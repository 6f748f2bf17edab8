import type { IDataObject } from 'n8n-workflow';

/** Where a session of the credential's user is made, below the base URL. */
export const sessionPath = ({ userId }: IDataObject) => `/admin/v1/users/${encodeURIComponent(String(userId).trim())}:createApiSession`;

/** Stands in Sign In With of a credential that signs the making of a session: with the admin key itself. Nobody can choose it. */
export const MAKES_SESSION = 'makesSession';

/** The token of a session that the node has made, in a credential that is in use: for n8n to store. */
export const MADE_TOKEN = 'madeToken';
