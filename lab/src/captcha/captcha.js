// Posts the solution as Netacea's pages do: by script, to a path of the site itself.
const captcha = document.querySelector('form');
const message = document.querySelector('[role=status]');
const tiles = [...document.querySelectorAll('.tile')];
for (const tile of tiles) {
  tile.addEventListener('click', () => tile.setAttribute('aria-pressed', String(tile.getAttribute('aria-pressed') !== 'true')));
}
const solution = () => {
  const typed = captcha.elements.namedItem('typed');
  if (typed) return typed.value;
  return tiles.filter((tile) => tile.getAttribute('aria-pressed') === 'true').map((tile) => tile.dataset.tile).join('-');
};
captcha.addEventListener('submit', async (event) => {
  event.preventDefault();
  message.textContent = 'Checking…';
  const body = new URLSearchParams({ [captcha.dataset.field]: solution(), trackingId: captcha.dataset.trackingId });
  const response = await fetch('/AtaVerifyCaptcha', { method: 'POST', body }).catch(() => null);
  if (response?.ok) {
    message.textContent = 'Thank you.';
    location.reload();
    return;
  }
  const isWrong = response && response.status < 500;
  message.textContent = isWrong ? 'That was not right. Please try again.' : 'The answer could not be checked. Please try again in a moment.';
  for (const tile of tiles) tile.setAttribute('aria-pressed', 'false');
});
