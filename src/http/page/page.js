// Follows the events and puts fresh markup in place. The page is whole without it.
const live = document.getElementById('live');
let pending = 0;
let loading = false;

function say(state, text) {
  live.hidden = false;
  live.dataset.state = state;
  if (live.textContent !== text) live.textContent = text;
}

// What a person has opened or closed stays so, and the focus where it was.
function replaceMain(fresh) {
  const chosen = new Map(
    [...document.querySelectorAll('details[data-chosen]')].map((one) => [one.id, one.open]),
  );
  const focused = document.activeElement?.closest('details')?.id;
  document.querySelector('main').replaceWith(fresh.querySelector('main'));
  document.title = fresh.title;
  for (const [id, open] of chosen) {
    const details = document.getElementById(id);
    if (!details) continue;
    details.open = open;
    details.dataset.chosen = '';
  }
  if (focused)
    document.getElementById(focused)?.querySelector('summary')?.focus({ preventScroll: true });
}

async function refresh() {
  pending = 0;
  if (loading) return plan();
  loading = true;
  try {
    const answer = await fetch('/', { headers: { accept: 'text/html' } });
    if (answer.ok) replaceMain(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch {
    say('lost', 'connection lost');
  } finally {
    loading = false;
  }
}

function plan() {
  pending ||= setTimeout(() => void refresh(), 300);
}

document.addEventListener('click', (event) => {
  const cell = event.target.closest('.comb a')?.getAttribute('href');
  const shown = cell && document.getElementById(decodeURIComponent(cell.slice(1)));
  if (shown) shown.open = true;
  const details = shown || event.target.closest('summary')?.parentElement;
  if (details) details.dataset.chosen = '';
});

const events = new EventSource('/api/v1/events?named=false');
events.addEventListener('message', plan);
events.addEventListener('open', () => {
  say('on', 'live');
  plan();
});
events.addEventListener('error', () => say('lost', 'connection lost'));
// Also without news: what is said of times grows old.
setInterval(() => document.hidden || plan(), 15_000);
