// Opens studies in the OHIF viewer, in a headless Chromium, as a person does: looks, scrolls, drags the window; prints a line of JSON a study.
//   node ohif.cjs CHROMIUM FOLDER ADDRESS STUDY...   pictures of each state go to FOLDER
const { chromium } = require('playwright-core');
const { join } = require('node:path');

const [executablePath, folder, address, ...studies] = process.argv.slice(2);
const LIMIT = 60_000;
let newcomer = true;

// What the first viewport shows: its grey levels, and a number that differs when any pixel does.
const look = () => {
  const canvas = document.querySelector('canvas.cornerstone-canvas');
  const context = canvas && canvas.width > 0 && canvas.getContext('2d');
  if (!context) return null;
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const levels = new Set();
  let hash = 2166136261;
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) {
    levels.add(data[i]);
    sum += data[i];
    hash = Math.imul(hash ^ ((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]), 16777619) >>> 0;
  }
  return { levels: levels.size, mean: (4 * sum) / data.length, hash, width: canvas.width, height: canvas.height };
};

// The first sight that is as wished and stays so: pictures come in pieces, and are drawn again when they are complete.
async function see(page, wished) {
  const end = Date.now() + LIMIT;
  let last = null;
  while (Date.now() < end) {
    const seen = await page.evaluate(look);
    if (seen && last && seen.hash === last.hash && wished(seen)) return seen;
    last = seen;
    await page.waitForTimeout(300);
  }
  return last;
}

async function open(context, study) {
  const page = await context.newPage();
  const troubles = [];
  const requests = [];
  page.on('pageerror', (error) => troubles.push(`${error}`));
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('response', (answer) => answer.status() >= 400 && troubles.push(`${answer.status()} ${answer.url()}`));
  page.on('request', (request) => requests.push(request.url()));
  const picture = (state) => page.screenshot({ path: join(folder, `${study}-${state}.png`) });
  try {
    await page.goto(`${address}/viewer/viewer?StudyInstanceUIDs=${study}`, { waitUntil: 'domcontentloaded' });
    await page.waitForSelector('canvas.cornerstone-canvas', { timeout: LIMIT });
    // A newcomer is shown around, and told what the viewer is not made for.
    for (const name of ['Skip all', 'Confirm and hide']) await page.getByText(name).first().click({ timeout: newcomer ? 15_000 : 1_000 }).catch(() => {});
    newcomer = false;
    const opened = await see(page, (seen) => seen.levels > 8);
    await picture('opened');
    const box = await page.locator('canvas.cornerstone-canvas').first().boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, 120);
    const scrolled = await see(page, (seen) => seen.hash !== opened?.hash);
    await picture('scrolled');
    await page.mouse.down();
    await page.mouse.move(x + 40, y + 20, { steps: 4 });
    await page.mouse.move(x + 80, y + 60, { steps: 4 });
    await page.mouse.up();
    const windowed = await see(page, (seen) => seen.hash !== scrolled?.hash);
    await picture('windowed');
    return { study, opened, scrolled, windowed, troubles, foreign: requests.filter((url) => /^https?:/.test(url) && !url.startsWith(address)) };
  } catch (error) {
    await picture('failed').catch(() => {});
    return { study, fault: `${error}`, troubles };
  } finally {
    await page.close();
  }
}

(async () => {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
    for (const study of studies) process.stdout.write(`${JSON.stringify(await open(context, study))}\n`);
  } finally {
    await browser.close();
  }
})();
