// Follows the events and puts fresh markup in place. The page is whole without it.
const live = document.getElementById('live');
const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];
let pending = 0;
let loading = false;

function duration(ms) {
  const first = units.findIndex(([, size]) => ms >= size);
  if (first < 0) return '';
  const [name, size] = units[first];
  const count = Math.floor(ms / size);
  const [smaller, smallerSize] = units[first + 1] ?? ['s', 1];
  const rest = count < 3 && smaller !== 's' ? Math.floor((ms % size) / smallerSize) : 0;
  return rest > 0 ? `${count} ${name} ${rest} ${smaller}` : `${count} ${name}`;
}

function sayTimes() {
  for (const time of document.querySelectorAll('time')) {
    const ms = Date.parse(time.dateTime) - Date.now();
    const said = duration(Math.abs(ms));
    const text = said === '' ? 'now' : ms < 0 ? `${said} ago` : `in ${said}`;
    if (time.textContent !== text) time.textContent = text;
  }
}

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
  sayTimes();
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
  pending ||= setTimeout(refresh, 300);
}

document.addEventListener('click', (event) => {
  const details = event.target.closest('summary')?.parentElement;
  if (details) details.dataset.chosen = '';
  const unit = event.target.closest('.comb a')?.getAttribute('href');
  if (unit) document.getElementById(decodeURIComponent(unit.slice(1)))?.setAttribute('open', '');
});

const events = new EventSource('/api/v1/events?named=false');
events.onmessage = plan;
events.onopen = () => {
  say('on', 'live');
  plan();
};
events.onerror = () => say('lost', 'connection lost');
setInterval(sayTimes, 5_000);
setInterval(plan, 60_000);
sayTimes();
