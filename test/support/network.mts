import nock from 'nock';

// The tests talk to stand-ins and to this machine, never to a real service.
beforeAll(() => {
	nock.disableNetConnect();
	nock.enableNetConnect(/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/);
});

// Node's http module outlives a test file: a patch left behind would keep the next file's stand-ins from being asked.
afterAll(() => {
	nock.cleanAll();
	nock.restore();
});
