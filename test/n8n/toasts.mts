/** The messages that n8n's editor shows in a corner for some seconds. */
import type { Page } from 'playwright-core';

const toasts = (page: Page) => page.locator('.el-notification').filter({ visible: true });

/** Waits for a message. */
export async function toastAppears(page: Page): Promise<void> {
	await toasts(page).first().waitFor();
}

/** Closes all messages that are shown, so that they cover nothing. */
export async function closeToasts(page: Page): Promise<void> {
	for (let tries = 0; tries < 20 && (await toasts(page).count()) > 0; tries++) {
		await toasts(page)
			.first()
			.locator('.el-notification__closeBtn')
			.click({ timeout: 1_000 })
			.catch(() => undefined);
		await page.waitForTimeout(100);
	}
	await toasts(page).first().waitFor({ state: 'hidden' });
}
