/** The messages that n8n's editor shows in a corner for some seconds. */
import type { Page } from 'playwright-core';

const toasts = (page: Page) => page.locator('.el-notification').filter({ visible: true });

/** Waits for a message. */
export async function toastAppears(page: Page): Promise<void> {
	await toasts(page).first().waitFor();
}

/** Closes all messages that are shown, so that they cover nothing. */
export async function closeToasts(page: Page): Promise<void> {
	for (;;) {
		const [toast] = await toasts(page).elementHandles();
		if (toast === undefined) return;
		// A message that goes by itself at this moment cannot be clicked any more.
		const button = await toast.$('.el-notification__closeBtn');
		await Promise.race([button?.click().catch(() => undefined), toast.waitForElementState('hidden')]);
		await toast.waitForElementState('hidden');
	}
}
