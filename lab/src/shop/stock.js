// A single page: asks the JSON API, and when that answers with a captcha in JSON, opens it in a
// frame and asks again whenever the frame has loaded another page.
const list = document.getElementById('answer');
const place = document.getElementById('captcha');

const show = (lines) => list.replaceChildren(...lines.map((line) => Object.assign(document.createElement('li'), { textContent: line })));

const askStock = async () => {
  const response = await fetch('/api/stock', { headers: { accept: 'application/json' } });
  const body = await response.json().catch(() => ({}));
  if (response.ok) {
    place.replaceChildren();
    show(body.stock.map((one) => `${one.title}: ${one.in_stock}`));
    return;
  }
  if (!body.captchaRelativeURL) {
    show([`The warehouse does not answer (${response.status}).`]);
    return;
  }
  if (place.firstChild) return;
  show(['Please show that you are not a robot.']);
  const frame = Object.assign(document.createElement('iframe'), { title: 'Captcha', src: body.captchaRelativeURL });
  let loads = 0;
  frame.addEventListener('load', () => {
    loads += 1;
    if (loads > 1) askStock();
  });
  place.replaceChildren(frame);
};

// The same machine under another name is another origin: with a header of its own, so that the
// browser asks first.
const askReviews = async () => {
  const other = location.hostname === '127.0.0.1' ? 'localhost' : '127.0.0.1';
  const host = location.port ? `${other}:${location.port}` : other;
  try {
    const response = await fetch(`//${host}/api/reviews`, { credentials: 'include', headers: { 'x-shop-client': 'stock' } });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const { reviews } = await response.json();
    show(reviews.map((one) => `${one.product}: ${'★'.repeat(one.stars)} ${one.text}`));
  } catch (error) {
    show([`The reviews cannot be read (${error.message}).`]);
  }
};

document.getElementById('stock').addEventListener('click', askStock);
document.getElementById('reviews').addEventListener('click', askReviews);
